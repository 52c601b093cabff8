locals {
  database_alarms = {
    cpu = {
      description = "The database is busy."
      metric      = "CPUUtilization"
      operator    = "GreaterThanThreshold"
      threshold   = 85
    }
    memory = {
      description = "The database has less than 100 MB of memory left."
      metric      = "FreeableMemory"
      operator    = "LessThanThreshold"
      threshold   = 100000000
    }
    storage = {
      description = "The database has less than 5 GB of storage left."
      metric      = "FreeStorageSpace"
      operator    = "LessThanThreshold"
      threshold   = 5000000000
    }
  }
}

resource "aws_cloudwatch_metric_alarm" "database" {
  for_each = local.database_alarms

  alarm_name          = "${var.name}-database-${each.key}"
  alarm_description   = each.value.description
  namespace           = "AWS/RDS"
  metric_name         = each.value.metric
  dimensions          = { DBInstanceIdentifier = var.database_id }
  statistic           = "Average"
  period              = 300
  evaluation_periods  = 3
  comparison_operator = each.value.operator
  threshold           = each.value.threshold
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

variable "database_id" {
  description = "The database server, as its metrics name it."
  type        = string
  nullable    = false
}
