resource "aws_cloudwatch_metric_alarm" "unscheduled" {
  alarm_name          = "${var.name}-unscheduled"
  alarm_description   = "The clock could not start a scheduled task."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = var.unscheduled_id }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

variable "unscheduled_id" {
  description = "The queue of what the clock could not start, as its metrics name it."
  type        = string
  nullable    = false
}
