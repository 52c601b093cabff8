# One run generates the token and the URL with the token; neither is in the state. As for the
# database, only letters and digits.

ephemeral "random_password" "this" {
  length  = 64
  special = false
}

resource "aws_secretsmanager_secret" "url" {
  #checkov:skip=CKV2_AWS_57:secrets_version rotates the token, in the secret and in the cache
  name                    = "${var.name}/REDIS_URL"
  description             = "URL of the cache"
  kms_key_id              = var.encryption_key
  recovery_window_in_days = var.deletion_protection ? 30 : 0
}

# The versions of the secret, without their values. Terraform would read them only during the apply if they depended on
# the secret itself and the secret changed.
data "aws_secretsmanager_secret_versions" "url" {
  secret_id = terraform_data.url.output
}

resource "terraform_data" "url" {
  input = aws_secretsmanager_secret.url.arn
}

# The cache and the URL get their token in the same run, with the same number. A label of the current version of the URL
# contains the number. Without a label for `secrets_version`, an apply ended between the two, and the next one sets both
# again, with another number.
locals {
  versions = data.aws_secretsmanager_secret_versions.url.versions
  current = flatten([
    for one in local.versions == null ? [] : local.versions : one.version_stages if contains(one.version_stages, "AWSCURRENT")
  ])
  label   = "token-${var.secrets_version}-"
  numbers = [for one in local.current : tonumber(trimprefix(one, local.label)) if startswith(one, local.label)]
  number  = length(local.numbers) == 1 ? local.numbers[0] : parseint(substr(sha256(plantimestamp()), 0, 7), 16)
}

resource "aws_secretsmanager_secret_version" "current" {
  secret_id      = aws_secretsmanager_secret.url.id
  version_stages = ["AWSCURRENT", "${local.label}${local.number}"]

  secret_string_wo = format(
    "rediss://:%s@%s:%d/0%s",
    ephemeral.random_password.this.result,
    aws_elasticache_replication_group.this.primary_endpoint_address,
    aws_elasticache_replication_group.this.port,
    var.url_options,
  )
  secret_string_wo_version = local.number

  # A new cache gets a new token. Terraform removes this version, with its label, before it replaces the cache.
  lifecycle {
    replace_triggered_by = [aws_elasticache_replication_group.this.id]
  }
}

# The version of template 2.0 and earlier, which has no label.
removed {
  from = aws_secretsmanager_secret_version.url

  lifecycle {
    destroy = false
  }
}
