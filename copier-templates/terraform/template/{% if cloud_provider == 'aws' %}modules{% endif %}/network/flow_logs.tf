# Flow logs of the network, for troubleshooting and audits.

resource "aws_cloudwatch_log_group" "flow" {
  #checkov:skip=CKV_AWS_338:the environment sets the retention of logs, one year in production
  name              = "/${var.name}/network"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.encryption_key
}

resource "aws_flow_log" "this" {
  vpc_id                   = aws_vpc.this.id
  traffic_type             = "ALL"
  log_destination          = aws_cloudwatch_log_group.flow.arn
  iam_role_arn             = aws_iam_role.flow.arn
  max_aggregation_interval = 600

  tags = { Name = var.name }
}

data "aws_caller_identity" "current" {}

data "aws_partition" "current" {}

locals {
  flow_region  = data.aws_region.current.region
  flow_account = data.aws_caller_identity.current.account_id
}

# VPC user guide, "IAM role for publishing flow logs to CloudWatch Logs".
data "aws_iam_policy_document" "flow_trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["vpc-flow-logs.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [local.flow_account]
    }

    condition {
      test     = "ArnLike"
      variable = "aws:SourceArn"
      values   = ["arn:${data.aws_partition.current.partition}:ec2:${local.flow_region}:${local.flow_account}:vpc-flow-log/*"]
    }
  }
}

resource "aws_iam_role" "flow" {
  name               = "${var.name}-flow-logs"
  description        = "Flow logs of ${var.name}"
  assume_role_policy = data.aws_iam_policy_document.flow_trust.json
}

data "aws_iam_policy_document" "flow" {
  statement {
    actions   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
    resources = ["${aws_cloudwatch_log_group.flow.arn}:*"]
  }

  # Lists the groups of the account, of which it writes to one.
  statement {
    actions   = ["logs:DescribeLogGroups"]
    resources = ["arn:${data.aws_partition.current.partition}:logs:${local.flow_region}:${local.flow_account}:log-group:*"]
  }
}

resource "aws_iam_role_policy" "flow" {
  name   = "write"
  role   = aws_iam_role.flow.name
  policy = data.aws_iam_policy_document.flow.json
}
