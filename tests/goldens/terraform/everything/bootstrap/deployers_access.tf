# What the scripts in ops/ do in an environment, and nothing else.

locals {
  # Services, all task definitions, and those that the scripts run as single tasks.
  services = ["web", "admin-api", "hooks", "worker"]
  families = ["web", "admin-api", "hooks", "worker", "migrate", "scheduled"]
  run_once = ["web", "migrate"]

  # Secrets that are set by hand; the last one exists only for a private registry.
  secrets = ["CRM_TOKEN", "OPENAI_API_KEY", "container-registry"]
}

data "aws_iam_policy_document" "deployer" {
  for_each = local.own_environments

  #checkov:skip=CKV_AWS_111:the actions without resources do not support resource restrictions
  #checkov:skip=CKV_AWS_356:the actions without resources do not support resource restrictions

  statement {
    sid       = "Cluster"
    actions   = ["ecs:DescribeClusters"]
    resources = ["arn:${local.partition}:ecs:${each.value.place}:cluster/${each.value.name}"]
  }

  statement {
    sid     = "Services"
    actions = ["ecs:DescribeServices", "ecs:UpdateService"]
    resources = [
      for service in local.services : "arn:${local.partition}:ecs:${each.value.place}:service/${each.value.name}/${service}"
    ]
  }

  statement {
    sid       = "WithoutResources"
    actions   = ["ecs:DeregisterTaskDefinition", "ecs:DescribeTaskDefinition", "elasticloadbalancing:DescribeTargetHealth"]
    resources = ["*"]

    condition {
      test     = "StringEquals"
      variable = "aws:RequestedRegion"
      values   = [each.value.region]
    }
  }

  statement {
    sid     = "Versions"
    actions = ["ecs:RegisterTaskDefinition"]
    resources = [
      for family in concat(local.families, each.value.shell_access ? ["shell"] : []) :
      "arn:${local.partition}:ecs:${each.value.place}:task-definition/${each.value.name}-${family}:*"
    ]
  }

  statement {
    sid     = "TagVersions"
    actions = ["ecs:TagResource"]
    resources = [
      for family in concat(local.families, each.value.shell_access ? ["shell"] : []) :
      "arn:${local.partition}:ecs:${each.value.place}:task-definition/${each.value.name}-${family}:*"
    ]

    condition {
      test     = "StringEquals"
      variable = "ecs:CreateAction"
      values   = ["RegisterTaskDefinition"]
    }
  }

  statement {
    sid     = "StartTasks"
    actions = ["ecs:RunTask"]
    resources = [
      for family in concat(local.run_once, each.value.shell_access ? ["shell"] : []) :
      "arn:${local.partition}:ecs:${each.value.place}:task-definition/${each.value.name}-${family}:*"
    ]

    condition {
      test     = "ArnEquals"
      variable = "ecs:cluster"
      values   = ["arn:${local.partition}:ecs:${each.value.place}:cluster/${each.value.name}"]
    }
  }

  statement {
    sid       = "Tasks"
    actions   = ["ecs:DescribeTasks", "ecs:StopTask"]
    resources = ["arn:${local.partition}:ecs:${each.value.place}:task/${each.value.name}/*"]
  }

  statement {
    sid       = "RunningTasks"
    actions   = ["ecs:ListTasks"]
    resources = ["*"]

    condition {
      test     = "ArnEquals"
      variable = "ecs:cluster"
      values   = ["arn:${local.partition}:ecs:${each.value.place}:cluster/${each.value.name}"]
    }
  }

  statement {
    sid     = "RolesOfTasks"
    actions = ["iam:PassRole"]
    resources = [
      for role in ["app", "start"] : "arn:${local.partition}:iam::${local.account}:role/${each.value.name}-${role}"
    ]

    condition {
      test     = "StringEquals"
      variable = "iam:PassedToService"
      values   = ["ecs-tasks.amazonaws.com"]
    }
  }

  statement {
    sid       = "Image"
    actions   = ["ssm:GetParameter", "ssm:GetParameterHistory", "ssm:PutParameter"]
    resources = ["arn:${local.partition}:ssm:${each.value.place}:parameter/environments/${each.value.name}/image"]
  }

  statement {
    sid       = "Network"
    actions   = ["ssm:GetParameter"]
    resources = ["arn:${local.partition}:ssm:${each.value.place}:parameter/environments/${each.value.name}/network"]
  }

  statement {
    sid       = "Lock"
    actions   = ["ssm:DeleteParameter", "ssm:GetParameter", "ssm:PutParameter"]
    resources = ["arn:${local.partition}:ssm:${each.value.place}:parameter/environments/${each.value.name}/deployment"]
  }

  statement {
    sid       = "SearchTheLog"
    actions   = ["logs:FilterLogEvents"]
    resources = ["arn:${local.partition}:logs:${each.value.place}:log-group:/${each.value.name}/app:*"]
  }

  statement {
    sid       = "ReadTheLog"
    actions   = ["logs:GetLogEvents"]
    resources = ["arn:${local.partition}:logs:${each.value.place}:log-group:/${each.value.name}/app:log-stream:*"]
  }

  # Whether a secret has a value, not the value.
  statement {
    sid     = "SecretsWithoutValues"
    actions = ["secretsmanager:DescribeSecret"]
    resources = [
      for secret in local.secrets :
      "arn:${local.partition}:secretsmanager:${each.value.place}:secret:${each.value.name}/${secret}-??????"
    ]
  }

  dynamic "statement" {
    for_each = var.create_repository ? [1] : []

    content {
      sid       = "RegistryToken"
      actions   = ["ecr:GetAuthorizationToken"]
      resources = ["*"]
    }
  }

  # Amazon ECR User Guide, "IAM permissions for pushing an image to an Amazon ECR private repository".
  dynamic "statement" {
    for_each = var.create_repository ? [1] : []

    content {
      sid = "PushImages"
      actions = [
        "ecr:BatchCheckLayerAvailability",
        "ecr:BatchGetImage",
        "ecr:CompleteLayerUpload",
        "ecr:DescribeRepositories",
        "ecr:InitiateLayerUpload",
        "ecr:PutImage",
        "ecr:UploadLayerPart",
      ]
      resources = aws_ecr_repository.app[*].arn
    }
  }
}
