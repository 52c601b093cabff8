# Secrets that only this application knows. Their values are made anew in every run, are written when the version
# is raised, and are neither in the state nor in a plan.

ephemeral "random_password" "generated" {
  for_each = var.generated

  length  = 64
  special = false
}

resource "aws_secretsmanager_secret" "generated" {
  #checkov:skip=CKV2_AWS_57:raising secrets_version makes new values, when a person decides to sign everybody out
  for_each = var.generated

  name                    = "${var.name}/${each.key}"
  description             = "Made by Terraform; raise secrets_version to make a new value"
  kms_key_id              = var.encryption_key
  recovery_window_in_days = var.deletion_protection ? 30 : 0
}

resource "aws_secretsmanager_secret_version" "generated" {
  for_each = var.generated

  secret_id                = aws_secretsmanager_secret.generated[each.key].id
  secret_string_wo         = ephemeral.random_password.generated[each.key].result
  secret_string_wo_version = var.secrets_version
}
