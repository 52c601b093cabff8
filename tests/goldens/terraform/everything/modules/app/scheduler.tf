# Tasks that the clock starts, each in the time zone that the model says. What cannot be started goes to a queue of
# its own, where an alarm sees it.

resource "aws_scheduler_schedule_group" "this" {
  name = var.name
}

resource "aws_scheduler_schedule" "this" {
  for_each = var.schedules

  name                         = each.key
  group_name                   = aws_scheduler_schedule_group.this.name
  schedule_expression          = each.value.expression
  schedule_expression_timezone = each.value.timezone
  kms_key_arn                  = var.encryption_key

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = aws_ecs_cluster.this.arn
    role_arn = aws_iam_role.scheduler.arn

    input = jsonencode({
      containerOverrides = [{
        name        = "app"
        environment = [{ name = "SCHEDULE_NAME", value = each.key }]
      }]
    })

    ecs_parameters {
      task_definition_arn     = aws_ecs_task_definition.this["scheduled"].arn
      launch_type             = "FARGATE"
      platform_version        = "LATEST"
      propagate_tags          = "TASK_DEFINITION"
      enable_ecs_managed_tags = true

      network_configuration {
        subnets          = var.subnet_ids
        security_groups  = [var.access_group_id]
        assign_public_ip = false
      }
    }

    retry_policy {
      maximum_event_age_in_seconds = 900
      maximum_retry_attempts       = 3
    }

    dead_letter_config {
      arn = aws_sqs_queue.unscheduled.arn
    }
  }
}

resource "aws_sqs_queue" "unscheduled" {
  name                      = "${var.name}-unscheduled"
  message_retention_seconds = 1209600
  kms_master_key_id         = var.encryption_key
}

data "aws_iam_policy_document" "unscheduled" {
  statement {
    sid       = "OnlyEncryptedConnections"
    effect    = "Deny"
    actions   = ["sqs:*"]
    resources = [aws_sqs_queue.unscheduled.arn]

    principals {
      type        = "AWS"
      identifiers = ["*"]
    }

    condition {
      test     = "Bool"
      variable = "aws:SecureTransport"
      values   = ["false"]
    }
  }
}

resource "aws_sqs_queue_policy" "unscheduled" {
  queue_url = aws_sqs_queue.unscheduled.id
  policy    = data.aws_iam_policy_document.unscheduled.json
}

variable "schedules" {
  description = "When the scheduled task is started, by name: the cloud's expression, and its time zone."
  type = map(object({
    expression = string
    timezone   = string
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for schedule in values(var.schedules) : can(regex("^(cron|rate)[(].+[)]$", schedule.expression))])
    error_message = "A schedule's expression is cron(...) or rate(...)."
  }
}

output "unscheduled_id" {
  description = "The queue of what the clock could not start, as its metrics name it."
  value       = aws_sqs_queue.unscheduled.name
}
