output "cluster" {
  description = "Where the application runs."
  value       = aws_ecs_cluster.this.name
}

output "log" {
  description = "Where the application's log is."
  value       = aws_cloudwatch_log_group.this.name
}

output "tasks" {
  description = "What can be started, by name."
  value       = { for name, task in aws_ecs_task_definition.this : name => task.family }
}
