# Execution role: ECS uses it to pull the image, read the secrets and write the log. The application itself uses the
# role of the identity module.

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

data "aws_region" "current" {}

data "aws_iam_policy_document" "start_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

locals {
  start_secrets = concat(
    values(var.secret_ids),
    local.registry_credentials == null ? [] : [var.registry_secret_id],
  )
}

resource "aws_iam_role" "start" {
  name               = "${var.name}-start"
  description        = "Starts the application of ${var.name}"
  assume_role_policy = data.aws_iam_policy_document.start_trust.json
}

data "aws_iam_policy_document" "start" {
  #checkov:skip=CKV_AWS_356:the action for the registry token does not support resource restrictions

  statement {
    sid       = "Log"
    actions   = ["logs:CreateLogStream", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }

  dynamic "statement" {
    for_each = length(local.start_secrets) == 0 ? [] : [1]

    content {
      sid       = "Secrets"
      actions   = ["secretsmanager:GetSecretValue"]
      resources = local.start_secrets
    }
  }

  statement {
    sid       = "DataAtRest"
    actions   = ["kms:Decrypt"]
    resources = [var.encryption_key]
  }

  dynamic "statement" {
    for_each = length(local.ecr_repositories) == 0 ? [] : [1]

    content {
      sid       = "RegistryToken"
      actions   = ["ecr:GetAuthorizationToken"]
      resources = ["*"]
    }
  }

  dynamic "statement" {
    for_each = length(local.ecr_repositories) == 0 ? [] : [1]

    content {
      sid       = "Image"
      actions   = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
      resources = distinct(local.ecr_repositories)
    }
  }
}

resource "aws_iam_role_policy" "start" {
  name   = "start"
  role   = aws_iam_role.start.name
  policy = data.aws_iam_policy_document.start.json
}
