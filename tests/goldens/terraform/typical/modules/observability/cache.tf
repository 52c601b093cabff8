resource "aws_cloudwatch_metric_alarm" "cache" {
  for_each = var.cache_ids

  alarm_name          = "${each.key}-memory"
  alarm_description   = "The cache is nearly full, and will forget what it was to keep."
  namespace           = "AWS/ElastiCache"
  metric_name         = "DatabaseMemoryUsagePercentage"
  dimensions          = { CacheClusterId = each.key }
  statistic           = "Average"
  period              = 300
  evaluation_periods  = 3
  comparison_operator = "GreaterThanThreshold"
  threshold           = 85
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.alarms.arn]
  ok_actions          = [aws_sns_topic.alarms.arn]
}

variable "cache_ids" {
  description = "The servers of the cache, as their metrics name them."
  type        = set(string)
  nullable    = false
}
