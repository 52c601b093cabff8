output "id" {
  description = "Name of the queue, for metrics."
  value       = aws_sqs_queue.this.name
}

output "dead_id" {
  description = "Name of the dead-letter queue, for metrics."
  value       = aws_sqs_queue.dead.name
}

output "settings" {
  description = "Variables of the application for access."
  value       = { QUEUE_URL = aws_sqs_queue.this.url }
}
