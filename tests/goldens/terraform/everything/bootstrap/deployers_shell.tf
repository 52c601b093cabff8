# What ops/shell and ops/database do besides, in environments with shell_access.

locals {
  shell_environments = { for name, one in local.own_environments : name => one if one.shell_access }
}

data "aws_iam_policy_document" "deployer_shell" {
  for_each = local.shell_environments

  statement {
    sid     = "Shell"
    actions = ["ecs:ExecuteCommand"]
    resources = [
      "arn:${local.partition}:ecs:${each.value.place}:cluster/${each.value.name}",
      "arn:${local.partition}:ecs:${each.value.place}:task/${each.value.name}/*",
    ]
  }

  # ECS Exec encrypts a session with the key of the environment, whose ID is not known here.
  statement {
    sid       = "EncryptSessions"
    actions   = ["kms:GenerateDataKey"]
    resources = ["arn:${local.partition}:kms:${each.value.place}:key/*"]

    condition {
      test     = "ForAnyValue:StringEquals"
      variable = "kms:ResourceAliases"
      values   = ["alias/${each.value.name}"]
    }
  }

  statement {
    sid     = "Tunnel"
    actions = ["ssm:StartSession"]
    resources = [
      "arn:${local.partition}:ecs:${each.value.place}:task/${each.value.name}/*",
      "arn:${local.partition}:ssm:${each.value.region}::document/AWS-StartPortForwardingSessionToRemoteHost",
    ]
  }

  statement {
    sid       = "AddressOfTheDatabase"
    actions   = ["rds:DescribeDBInstances"]
    resources = ["arn:${local.partition}:rds:${each.value.place}:db:${each.value.name}"]
  }
}

resource "aws_iam_role_policy" "deployer_shell" {
  for_each = local.shell_environments

  name   = "shell"
  role   = aws_iam_role.deployer[each.key].name
  policy = data.aws_iam_policy_document.deployer_shell[each.key].json
}
