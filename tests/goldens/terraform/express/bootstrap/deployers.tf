# Roles of the pipelines of acme/web/shop, which log in with OpenID Connect, without a stored key. Each environment of this
# account has one that deploys with ops/, and one that plans (planners.tf).
#
# The tokens of GitLab do not name the environment of a job: every pipeline of the branch can use all of these roles.
# Protect the branch.

variable "deployed_environments" {
  description = "Environments, by name: region, number of the account (empty for that of the credentials), and whether people can open a shell."
  type = map(object({
    region       = string
    account_id   = string
    shell_access = bool
  }))
  default = {
    dev = {
      region       = "us-east-1"
      account_id   = ""
      shell_access = false
    }
  }
  nullable = false
}

variable "create_identity_provider" {
  description = "Whether the identity provider is created; false if the account has one for this issuer, of which there can be only one."
  type        = bool
  default     = true
  nullable    = false
}

variable "token_audience" {
  description = "Claim `aud` of the tokens, which the pipeline requests."
  type        = string
  default     = "https://gitlab.example.com"
  nullable    = false
}

variable "token_subject" {
  description = "Beginning of the claim `sub` of the tokens, which names the project."
  type        = string
  default     = "project_path:acme/web/shop"
  nullable    = false

  validation {
    condition     = can(regex("^[^*?]+$", var.token_subject))
    error_message = "The subject must not contain wildcards: pipelines of others could use the roles."
  }
}

variable "deployed_branch" {
  description = "Branch whose pipelines deploy."
  type        = string
  default     = "main"
  nullable    = false

  validation {
    condition     = can(regex("^[^*?]+$", var.deployed_branch))
    error_message = "The branch must not contain wildcards."
  }
}

locals {
  account   = data.aws_caller_identity.current.account_id
  partition = data.aws_partition.current.partition
  issuer    = "gitlab.example.com"

  identity_provider = (
    var.create_identity_provider
    ? one(aws_iam_openid_connect_provider.pipelines[*].arn)
    : "arn:${local.partition}:iam::${local.account}:oidc-provider/${local.issuer}"
  )

  own_environments = {
    for name, one in var.deployed_environments : name => {
      name         = "shop-${name}"
      place        = "${one.region}:${local.account}"
      region       = one.region
      shell_access = one.shell_access
      subject      = "${var.token_subject}:ref_type:branch:ref:${var.deployed_branch}"
    }
    if contains(["", local.account], one.account_id)
  }
}

resource "aws_iam_openid_connect_provider" "pipelines" {
  count = var.create_identity_provider ? 1 : 0

  url            = "https://gitlab.example.com"
  client_id_list = [var.token_audience]
}

data "aws_iam_policy_document" "deployer_trust" {
  for_each = local.own_environments

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
      test     = "StringEquals"
      variable = "${local.issuer}:sub"
      values   = [each.value.subject]
    }
  }
}

resource "aws_iam_role" "deployer" {
  for_each = local.own_environments

  name                 = "${each.value.name}-deploy"
  description          = "Deploys ${each.value.name} with ops/"
  assume_role_policy   = data.aws_iam_policy_document.deployer_trust[each.key].json
  max_session_duration = 7200
}

resource "aws_iam_role_policy" "deployer" {
  for_each = local.own_environments

  name   = "deploy"
  role   = aws_iam_role.deployer[each.key].name
  policy = data.aws_iam_policy_document.deployer[each.key].json
}

output "deployer_roles" {
  description = "ARN of the role that deploys, by environment."
  value       = { for name, role in aws_iam_role.deployer : name => role.arn }
}
