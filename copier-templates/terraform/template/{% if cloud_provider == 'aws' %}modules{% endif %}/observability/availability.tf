# Alarms for an application that does not run, or does not answer. A metric that is not reported counts as a failure.

resource "aws_cloudwatch_metric_alarm" "healthy" {
  for_each = { for name, target in var.target_ids : name => target if lookup(var.minimum_counts, name, 0) > 0 }

  alarm_name          = "${var.name}-${each.key}-down"
  alarm_description   = "No instance of ${each.key} is healthy: the load balancer cannot answer requests. Runbook: RUNBOOK.md#no-healthy-instance"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "HealthyHostCount"
  dimensions          = { LoadBalancer = var.load_balancer_id, TargetGroup = each.value }
  statistic           = "Maximum"
  period              = 60
  evaluation_periods  = 3
  comparison_operator = "LessThanThreshold"
  threshold           = 1
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "balancer" {
  alarm_name          = "${var.name}-balancer-errors"
  alarm_description   = "The load balancer itself returns server errors (HTTP 5xx): the application does not accept connections, or answers too late. Runbook: RUNBOOK.md#load-balancer-errors"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "HTTPCode_ELB_5XX_Count"
  dimensions          = { LoadBalancer = var.load_balancer_id }
  statistic           = "Sum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 10
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

# The number of samples per minute is the number of running tasks, also without Container Insights; without a running
# task, ECS reports no metric (Amazon ECS Developer Guide, "Amazon ECS CloudWatch metrics", "Service RUNNING task count").
# A service whose tasks crash and restart in a loop is below its minimum in some minutes only.
resource "aws_cloudwatch_metric_alarm" "running" {
  for_each = { for name, count in var.minimum_counts : name => count if count > 0 }

  alarm_name          = "${var.name}-${each.key}-running"
  alarm_description   = "Fewer tasks of ${each.key} run than its minimum, or they crash repeatedly. Runbook: RUNBOOK.md#too-few-tasks"
  namespace           = "AWS/ECS"
  metric_name         = "CPUUtilization"
  dimensions          = { ClusterName = var.cluster, ServiceName = each.key }
  statistic           = "SampleCount"
  period              = 60
  evaluation_periods  = 15
  datapoints_to_alarm = 4
  comparison_operator = "LessThanThreshold"
  threshold           = each.value
  treat_missing_data  = "breaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

# Only Container Insights reports the desired number of tasks, which autoscaling changes.
resource "aws_cloudwatch_metric_alarm" "desired" {
  for_each = { for name, count in var.minimum_counts : name => count if var.container_metrics && count > 0 }

  alarm_name          = "${var.name}-${each.key}-desired"
  alarm_description   = "Fewer tasks of ${each.key} run than autoscaling asks for. Runbook: RUNBOOK.md#too-few-tasks"
  evaluation_periods  = 15
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]

  metric_query {
    id          = "missing"
    expression  = "desired - running"
    label       = "Missing tasks"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = { desired = "DesiredTaskCount", running = "RunningTaskCount" }

    content {
      id = metric_query.key

      metric {
        namespace   = "ECS/ContainerInsights"
        metric_name = metric_query.value
        dimensions  = { ClusterName = var.cluster, ServiceName = each.key }
        stat        = "Average"
        period      = 60
      }
    }
  }
}
