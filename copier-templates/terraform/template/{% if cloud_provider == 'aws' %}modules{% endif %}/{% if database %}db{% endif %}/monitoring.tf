# Without these log groups, RDS creates them with unlimited retention and without the key.
resource "aws_cloudwatch_log_group" "export" {
  #checkov:skip=CKV_AWS_338:the environment sets the retention of logs, one year in production
  for_each = toset(["postgresql", "upgrade"])

  name              = "/aws/rds/instance/${var.name}/${each.key}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.encryption_key
}

data "aws_partition" "current" {}

data "aws_caller_identity" "current" {}

data "aws_iam_policy_document" "monitoring_trust" {
  count = var.monitoring_seconds > 0 ? 1 : 0

  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["monitoring.rds.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }

    # RDS user guide, "Setting up and enabling Enhanced Monitoring". A name, because the server depends on the role.
    condition {
      test     = "StringLike"
      variable = "aws:SourceArn"
      values   = ["arn:${data.aws_partition.current.partition}:rds:*:${data.aws_caller_identity.current.account_id}:db:${var.name}"]
    }
  }
}

resource "aws_iam_role" "monitoring" {
  count = var.monitoring_seconds > 0 ? 1 : 0

  name               = "${var.name}-database-monitoring"
  description        = "Monitoring of the database of ${var.name}"
  assume_role_policy = data.aws_iam_policy_document.monitoring_trust[0].json
}

resource "aws_iam_role_policy_attachment" "monitoring" {
  count = var.monitoring_seconds > 0 ? 1 : 0

  role       = aws_iam_role.monitoring[0].name
  policy_arn = "arn:${data.aws_partition.current.partition}:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"
}

# The role had no count in versions before 2.1. Terraform moves it by itself only if its module stays at its address.
moved {
  from = aws_iam_role.monitoring
  to   = aws_iam_role.monitoring[0]
}

moved {
  from = aws_iam_role_policy_attachment.monitoring
  to   = aws_iam_role_policy_attachment.monitoring[0]
}
