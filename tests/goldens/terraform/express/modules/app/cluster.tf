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
