# IAM role of the tasks. Each module adds a policy that grants access to its resources.

data "aws_caller_identity" "current" {}

data "aws_region" "current" {}

data "aws_iam_policy_document" "trust" {
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

resource "aws_iam_role" "app" {
  name               = "${var.name}-app"
  description        = "The application of ${var.name}"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

data "aws_iam_policy_document" "encryption" {
  statement {
    sid       = "DataAtRest"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [var.encryption_key]
  }
}

resource "aws_iam_role_policy" "encryption" {
  name   = "encryption"
  role   = aws_iam_role.app.name
  policy = data.aws_iam_policy_document.encryption.json
}
