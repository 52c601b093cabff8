# The application's asynchronous work, beside it and without a port.

resource "aws_ecs_service" "worker" {
  name                          = "worker"
  cluster                       = aws_ecs_cluster.this.id
  task_definition               = aws_ecs_task_definition.this["worker"].arn
  desired_count                 = var.worker_count
  launch_type                   = "FARGATE"
  platform_version              = "LATEST"
  propagate_tags                = "SERVICE"
  enable_ecs_managed_tags       = true
  availability_zone_rebalancing = "ENABLED"

  deployment_minimum_healthy_percent = 100
  deployment_maximum_percent         = 200

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }

  network_configuration {
    subnets          = var.subnet_ids
    security_groups  = [var.access_group_id]
    assign_public_ip = false
  }

  depends_on = [aws_iam_role_policy.start]
}

variable "worker_count" {
  description = "Number of workers."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.worker_count >= 0 && floor(var.worker_count) == var.worker_count
    error_message = "The number of workers is a whole number from 0."
  }
}
