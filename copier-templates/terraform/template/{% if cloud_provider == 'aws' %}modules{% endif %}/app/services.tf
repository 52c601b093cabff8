# ECS services of the entry points. ECS restarts unhealthy tasks, and rolls a version back if it does not become healthy;
# the apply then fails.

resource "aws_ecs_service" "entry" {
  for_each = var.start_services ? var.entry_points : {}

  name                              = each.key
  cluster                           = aws_ecs_cluster.this.id
  task_definition                   = aws_ecs_task_definition.this[each.key].arn
  desired_count                     = var.app_min_count
  launch_type                       = "FARGATE"
  platform_version                  = "LATEST"
  propagate_tags                    = "SERVICE"
  enable_ecs_managed_tags           = true
  availability_zone_rebalancing     = "ENABLED"
  health_check_grace_period_seconds = 180
  wait_for_steady_state             = true

  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  alarms {
    enable      = true
    rollback    = true
    alarm_names = [aws_cloudwatch_metric_alarm.deployment[each.key].alarm_name]
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [var.access_group_id]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = var.target_ids[each.key]
    container_name   = contains(keys(local.proxied), each.key) ? "proxy" : "app"
    container_port   = lookup(local.proxied, each.key, each.value.port)
  }

  # Three tasks may fail their health checks before the rollback begins.
  timeouts {
    create = "40m"
    update = "40m"
  }

  # Autoscaling changes the count. After a rollback the service is stable, but with the task definition of the earlier
  # version.
  lifecycle {
    ignore_changes = [desired_count]

    postcondition {
      condition     = self.task_definition == aws_ecs_task_definition.this[each.key].arn
      error_message = "The deployment of ${each.key} failed, and ECS rolled it back: the earlier version is running. The events of the service and the log of the application state the reason."
    }
  }

  depends_on = [aws_iam_role_policy.start]
}

resource "aws_appautoscaling_target" "entry" {
  for_each = aws_ecs_service.entry

  service_namespace  = "ecs"
  resource_id        = "service/${aws_ecs_cluster.this.name}/${each.value.name}"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = var.app_min_count
  max_capacity       = var.app_max_count
}

resource "aws_appautoscaling_policy" "entry" {
  for_each = aws_appautoscaling_target.entry

  name               = "${var.name}-${each.key}-cpu"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = each.value.service_namespace
  resource_id        = each.value.resource_id
  scalable_dimension = each.value.scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value       = 60
    scale_in_cooldown  = 300
    scale_out_cooldown = 60

    predefined_metric_specification {
      predefined_metric_type = "ECSServiceAverageCPUUtilization"
    }
  }
}

# If the application returns server errors during a deployment, ECS rolls the deployment back (Amazon ECS Developer
# Guide, "How CloudWatch alarms detect Amazon ECS deployment failures"). The alarm has no recipient; the alarm
# `errors` of the observability module has one.

resource "aws_cloudwatch_metric_alarm" "deployment" {
  for_each = var.entry_points

  alarm_name          = "${var.name}-${each.key}-deployment"
  alarm_description   = "${each.key} returns server errors (HTTP 5xx); a deployment is rolled back. Runbook: RUNBOOK.md#deployment-rolled-back"
  namespace           = "AWS/ApplicationELB"
  metric_name         = "HTTPCode_Target_5XX_Count"
  dimensions          = { LoadBalancer = var.load_balancer_id, TargetGroup = var.target_metric_ids[each.key] }
  statistic           = "Sum"
  period              = 60
  evaluation_periods  = 3
  datapoints_to_alarm = 2
  comparison_operator = "GreaterThanThreshold"
  threshold           = 10
  treat_missing_data  = "notBreaching"
}
