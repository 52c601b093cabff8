output "alarms" {
  description = "Where alarms go; subscribe to it what you like."
  value       = aws_sns_topic.alarms.arn
}
