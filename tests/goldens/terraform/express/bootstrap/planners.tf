# Roles that plan: they read what `terraform plan` reads, without the values of secrets, and change nothing but the lock
# of the state.
# They are for the pipelines of every branch.

data "aws_iam_policy_document" "planner_trust" {
  statement {
    actions = ["sts:AssumeRoleWithWebIdentity"]

    principals {
      type        = "Federated"
      identifiers = [local.identity_provider]
    }

    condition {
      test     = "StringEquals"
      variable = "${local.issuer}:aud"
      values   = [var.token_audience]
    }

    condition {
      test     = "StringLike"
      variable = "${local.issuer}:sub"
      values   = ["${var.token_subject}:ref_type:branch:ref:*"]
    }
  }
}

resource "aws_iam_role" "planner" {
  for_each = local.own_environments

  name               = "${each.value.name}-plan"
  description        = "Plans ${each.value.name}; reads only"
  assume_role_policy = data.aws_iam_policy_document.planner_trust.json
}

resource "aws_iam_role_policy" "planner" {
  for_each = local.own_environments

  name   = "plan"
  role   = aws_iam_role.planner[each.key].name
  policy = data.aws_iam_policy_document.planner[each.key].json
}

data "aws_iam_policy_document" "planner" {
  for_each = local.own_environments

  #checkov:skip=CKV_AWS_356:descriptions of resources contain no secret, and many of the actions do not support resource restrictions

  statement {
    sid = "Descriptions"
    actions = [
      "acm:DescribeCertificate",
      "acm:ListTagsForCertificate",
      "application-autoscaling:DescribeScalableTargets",
      "application-autoscaling:DescribeScalingPolicies",
      "application-autoscaling:ListTagsForResource",
      "cloudfront:Get*",
      "cloudfront:List*",
      "cloudwatch:DescribeAlarms",
      "cloudwatch:ListTagsForResource",
      "ec2:DescribeAddresses",
      "ec2:DescribeAddressesAttribute",
      "ec2:DescribeAvailabilityZones",
      "ec2:DescribeFlowLogs",
      "ec2:DescribeInternetGateways",
      "ec2:DescribeManagedPrefixLists",
      "ec2:DescribeNatGateways",
      "ec2:DescribeNetworkAcls",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribePrefixLists",
      "ec2:DescribeRouteTables",
      "ec2:DescribeSecurityGroupRules",
      "ec2:DescribeSecurityGroups",
      "ec2:DescribeSubnets",
      "ec2:DescribeVpcAttribute",
      "ec2:DescribeVpcEndpoints",
      "ec2:DescribeVpcs",
      "ec2:GetManagedPrefixListEntries",
      "ecs:Describe*",
      "ecs:ListTagsForResource",
      "elasticache:Describe*",
      "elasticache:ListTagsForResource",
      "elasticloadbalancing:Describe*",
      "kms:DescribeKey",
      "kms:GetKeyPolicy",
      "kms:GetKeyRotationStatus",
      "kms:ListAliases",
      "kms:ListResourceTags",
      "logs:DescribeLogGroups",
      "logs:ListTagsForResource",
      "rds:Describe*",
      "rds:ListTagsForResource",
      "route53:GetChange",
      "route53:GetHostedZone",
      "route53:List*",
      "scheduler:GetSchedule",
      "scheduler:GetScheduleGroup",
      "scheduler:ListTagsForResource",
      "ses:GetEmailIdentity",
      "ses:ListTagsForResource",
      "sns:GetSubscriptionAttributes",
      "sns:GetTopicAttributes",
      "sns:ListTagsForResource",
      "sqs:GetQueueAttributes",
      "sqs:GetQueueUrl",
      "sqs:ListQueueTags",
      "ssm:DescribeParameters",
      "wafv2:GetLoggingConfiguration",
      "wafv2:GetWebACL",
      "wafv2:GetWebACLForResource",
      "wafv2:ListTagsForResource",
    ]
    resources = ["*"]
  }

  statement {
    sid = "Roles"
    actions = [
      "iam:GetRole",
      "iam:GetRolePolicy",
      "iam:ListAttachedRolePolicies",
      "iam:ListRolePolicies",
    ]
    resources = ["arn:${local.partition}:iam::${local.account}:role/${each.value.name}-*"]
  }

  # The settings of the buckets, not the files in them.
  statement {
    sid = "Buckets"
    actions = [
      "s3:GetAccelerateConfiguration",
      "s3:GetBucket*",
      "s3:GetEncryptionConfiguration",
      "s3:GetLifecycleConfiguration",
      "s3:GetReplicationConfiguration",
      "s3:ListBucket",
    ]
    resources = [
      "arn:${local.partition}:s3:::${each.value.name}-*",
      "arn:${local.partition}:s3:::${substr(each.value.name, 0, 30)}-logs-*",
    ]
  }

  statement {
    sid       = "SecretsWithoutValues"
    actions   = ["secretsmanager:DescribeSecret", "secretsmanager:GetResourcePolicy", "secretsmanager:ListSecretVersionIds"]
    resources = ["arn:${local.partition}:secretsmanager:${each.value.place}:secret:${each.value.name}/*"]
  }

  statement {
    sid     = "Parameters"
    actions = ["ssm:GetParameter", "ssm:ListTagsForResource"]
    resources = [
      for parameter in ["image", "network"] :
      "arn:${local.partition}:ssm:${each.value.place}:parameter/environments/${each.value.name}/${parameter}"
    ]
  }

  statement {
    sid       = "StateBucket"
    actions   = ["s3:ListBucket"]
    resources = [aws_s3_bucket.state.arn]
  }

  statement {
    sid       = "State"
    actions   = ["s3:GetObject"]
    resources = ["${aws_s3_bucket.state.arn}/shop/${each.key}/terraform.tfstate"]
  }

  statement {
    sid       = "LockOfTheState"
    actions   = ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    resources = ["${aws_s3_bucket.state.arn}/shop/${each.key}/terraform.tfstate.tflock"]
  }

  statement {
    sid       = "KeyOfTheState"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [aws_kms_key.state.arn]
  }
}

output "planner_roles" {
  description = "ARN of the role that plans, by environment."
  value       = { for name, role in aws_iam_role.planner : name => role.arn }
}
