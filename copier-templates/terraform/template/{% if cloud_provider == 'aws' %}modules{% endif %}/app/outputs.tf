output "cluster" {
  description = "Name of the ECS cluster."
  value       = aws_ecs_cluster.this.name
}

output "log" {
  description = "Name of the application's log group."
  value       = aws_cloudwatch_log_group.this.name
}

output "tasks" {
  description = "Task definition families, by task name."
  value       = { for name, task in aws_ecs_task_definition.this : name => task.family }
}

output "run_commands" {
  description = "Command that runs each task once, by task name."
  value = {
    for name, task in aws_ecs_task_definition.this : name => join(" ", [
      "aws ecs run-task --region ${data.aws_region.current.region} --cluster ${aws_ecs_cluster.this.name} --launch-type FARGATE",
      "--task-definition ${task.family}",
      "--network-configuration 'awsvpcConfiguration={subnets=[${join(",", var.subnet_ids)}],securityGroups=[${var.access_group_id}],assignPublicIp=DISABLED}'",
    ])
  }
}

output "restart_command" {
  description = "Command that restarts all services."
  value       = "for service in ${join(" ", var.services)}; do aws ecs update-service --region ${data.aws_region.current.region} --cluster ${aws_ecs_cluster.this.name} --service $service --force-new-deployment --query service.serviceName --output text; done"
}

output "log_command" {
  description = "Command that follows the log of all tasks."
  value       = "aws logs tail ${aws_cloudwatch_log_group.this.name} --region ${data.aws_region.current.region} --follow"
}

output "image" {
  description = "Container image that runs."
  value       = local.image
}

output "set_image_command" {
  description = "Command that deploys another image with the next apply; the image is its last argument."
  value       = "aws ssm put-parameter --region ${data.aws_region.current.region} --name ${aws_ssm_parameter.image.name} --overwrite --value"
}
