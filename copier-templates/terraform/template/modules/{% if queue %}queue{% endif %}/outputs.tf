output "id" {
  description = "The queue, as its metrics name it."
  value       = aws_sqs_queue.this.name
}

output "dead_id" {
  description = "The queue of what failed too often, as its metrics name it."
  value       = aws_sqs_queue.dead.name
}

output "settings" {
  description = "Variables that the application needs for it."
  value       = { QUEUE_URL = aws_sqs_queue.this.url }
}
