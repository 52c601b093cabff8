locals {
  # Memory sizes that Fargate supports for each number of CPU units, MiB.
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
  #checkov:skip=CKV_AWS_65:the environment sets Container Insights, on in staging and production
  name = var.name

  setting {
    name  = "containerInsights"
    value = var.container_metrics ? "enabled" : "disabled"
  }

  # Sessions of ECS Exec are encrypted with the key of the environment, and what they show is logged.
  dynamic "configuration" {
    for_each = var.shell_access ? [1] : []

    content {
      execute_command_configuration {
        kms_key_id = var.encryption_key
        logging    = "OVERRIDE"

        log_configuration {
          cloud_watch_encryption_enabled = true
          cloud_watch_log_group_name     = aws_cloudwatch_log_group.this.name
        }
      }
    }
  }

  lifecycle {
    precondition {
      condition     = local.image != local.no_image
      error_message = "No container image is set: set container_image in terraform.tfvars, or TF_VAR_container_image. If the environment exists, write the image to the parameter ${aws_ssm_parameter.image.name}."
    }
    precondition {
      condition     = local.image == local.no_image || local.is_complete_image
      error_message = "The parameter ${aws_ssm_parameter.image.name} contains ${local.image}. Write an image with its registry and a tag or a digest, such as registry.example.com/team/app:1.4.2."
    }
    precondition {
      condition     = local.is_pullable
      error_message = "Images such as ${local.image} are private by default. Set container_registry_access to credentials, and fill the secret that the apply creates; or set it to public if everybody can pull the image."
    }
    precondition {
      condition     = var.app_max_count >= var.app_min_count
      error_message = "app_max_count must be at least app_min_count."
    }
    precondition {
      condition     = alltrue([for one in values(local.tasks)[*].size : try(contains(local.offered[one.cpu], one.memory), false)])
      error_message = "Fargate does not support this combination of CPU units and memory: check app_cpu with app_memory_mb, and worker_cpu with worker_memory_mb. The Fargate documentation lists the valid combinations under task size."
    }
  }
}

resource "aws_ecs_cluster_capacity_providers" "this" {
  cluster_name       = aws_ecs_cluster.this.name
  capacity_providers = ["FARGATE"]
}

resource "aws_cloudwatch_log_group" "this" {
  #checkov:skip=CKV_AWS_338:the environment sets the retention of logs, one year in production
  name              = "/${var.name}/app"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.encryption_key
}
