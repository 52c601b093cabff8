resource "aws_cloudwatch_metric_alarm" "waiting" {
  alarm_name          = "${var.name}-queue-waiting"
  alarm_description   = "Work has waited in the queue for a quarter of an hour."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateAgeOfOldestMessage"
  dimensions          = { QueueName = var.queue_id }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 900
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

resource "aws_cloudwatch_metric_alarm" "dead" {
  alarm_name          = "${var.name}-queue-dead"
  alarm_description   = "Work has failed too often and was put aside."
  namespace           = "AWS/SQS"
  metric_name         = "ApproximateNumberOfMessagesVisible"
  dimensions          = { QueueName = var.dead_queue_id }
  statistic           = "Maximum"
  period              = 300
  evaluation_periods  = 1
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

variable "queue_id" {
  description = "The queue, as its metrics name it."
  type        = string
  nullable    = false
}

variable "dead_queue_id" {
  description = "The queue of what failed too often, as its metrics name it."
  type        = string
  nullable    = false
}
