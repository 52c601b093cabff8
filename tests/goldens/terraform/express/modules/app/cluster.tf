locals {
  # Memory that Fargate offers with each number of CPU units, MiB.
  offered = {
    256   = [512, 1024, 2048]
    512   = range(1024, 4097, 1024)
    1024  = range(2048, 8193, 1024)
    2048  = range(4096, 16385, 1024)
    4096  = range(8192, 30721, 1024)
    8192  = range(16384, 61441, 4096)
    16384 = range(32768, 122881, 8192)
  }
}

resource "aws_ecs_cluster" "this" {
  name = var.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }

  lifecycle {
    precondition {
      condition     = var.container_image != ""
      error_message = "Name the image to run: container_image in terraform.tfvars, or TF_VAR_container_image."
    }
    precondition {
      condition     = var.app_max_count >= var.app_min_count
      error_message = "The largest number of copies, app_max_count, is less than the smallest, app_min_count."
    }
    precondition {
      condition     = alltrue([for one in values(local.tasks)[*].size : try(contains(local.offered[one.cpu], one.memory), false)])
      error_message = "The memory does not go with the CPU units: app_memory_mb with app_cpu, worker_memory_mb with worker_cpu. Fargate's documentation lists what does, under task size."
    }
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE"]
}

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_338:how long logs are kept is the environment's choice, a year in production
  name              = "/${var.name}/app"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.encryption_key
}
