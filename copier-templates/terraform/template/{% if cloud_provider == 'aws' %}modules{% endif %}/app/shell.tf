# Task for people, which ops/shell and ops/database start and end: the application's image, variables and secrets, and a
# file system that can be written. Its command waits for an hour, so that a task that is not stopped ends as well.

variable "shell_access" {
  description = "Whether people can open a shell in a one-off task, and through it a tunnel to the database: they can read the secrets."
  type        = bool
  default     = false
  nullable    = false
}

variable "app_identity" {
  description = "Name of the IAM role of the tasks."
  type        = string
  nullable    = false
}

locals {
  shell_tasks = !var.shell_access ? {} : {
    shell = {
      command     = ["sleep", "3600"]
      port        = var.entry_points["web"].port
      listens     = false
      health_path = ""
      health_host = ""
      size        = local.worker_size
    }
  }

  # The agent of ECS Exec runs as root and writes below /var. Amazon ECS Developer Guide, "Monitor Amazon ECS containers
  # with ECS Exec".
  shell_dropped = ["AUDIT_WRITE", "MKNOD", "NET_BIND_SERVICE", "NET_RAW", "SETFCAP", "SYS_CHROOT"]
}

data "aws_iam_policy_document" "shell" {
  count = var.shell_access ? 1 : 0

  #checkov:skip=CKV_AWS_111:the actions of sessions do not support resource restrictions
  #checkov:skip=CKV_AWS_356:the actions of sessions do not support resource restrictions

  statement {
    sid = "Sessions"
    actions = [
      "ssmmessages:CreateControlChannel",
      "ssmmessages:CreateDataChannel",
      "ssmmessages:OpenControlChannel",
      "ssmmessages:OpenDataChannel",
    ]
    resources = ["*"]
  }

  statement {
    sid       = "FindTheLog"
    actions   = ["logs:DescribeLogGroups"]
    resources = ["*"]
  }

  statement {
    sid       = "LogOfSessions"
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }
}

resource "aws_iam_role_policy" "shell" {
  count = var.shell_access ? 1 : 0

  name   = "shell"
  role   = var.app_identity
  policy = data.aws_iam_policy_document.shell[0].json
}
