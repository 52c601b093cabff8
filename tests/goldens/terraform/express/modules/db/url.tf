# The password and the URL that holds it are made together, in a run that forgets both: neither is in the state.
# Letters and digits alone, because a URL and a configuration file would read other characters as their own.

ephemeral "random_password" "this" {
  length  = 48
  special = false
}

resource "aws_secretsmanager_secret" "url" {
  #checkov:skip=CKV2_AWS_57:raising secrets_version makes a new password, here and in the server
  name                    = "${var.name}/DATABASE_URL"
  description             = "How the application reaches its database"
  kms_key_id              = var.encryption_key
  recovery_window_in_days = var.deletion_protection ? 30 : 0
}

resource "aws_secretsmanager_secret_version" "url" {
  secret_id = aws_secretsmanager_secret.url.id

  secret_string_wo = format(
    "postgresql://%s:%s@%s:%d/%s?sslmode=require",
    aws_db_instance.this.username,
    ephemeral.random_password.this.result,
    aws_db_instance.this.address,
    aws_db_instance.this.port,
    aws_db_instance.this.db_name,
  )
  secret_string_wo_version = var.secrets_version
}
