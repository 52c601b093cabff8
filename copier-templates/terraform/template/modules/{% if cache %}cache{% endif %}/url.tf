# As with the database: the token and the URL that holds it are made together and are not in the state.

ephemeral "random_password" "this" {
  length  = 64
  special = false
}

resource "aws_secretsmanager_secret" "url" {
  #checkov:skip=CKV2_AWS_57:raising secrets_version makes a new token, here and in the cache
  name                    = "${var.name}/REDIS_URL"
  description             = "How the application reaches its cache"
  kms_key_id              = var.encryption_key
  recovery_window_in_days = var.deletion_protection ? 30 : 0
}

resource "aws_secretsmanager_secret_version" "url" {
  secret_id = aws_secretsmanager_secret.url.id

  secret_string_wo = format(
    "rediss://:%s@%s:%d/0",
    ephemeral.random_password.this.result,
    aws_elasticache_replication_group.this.primary_endpoint_address,
    aws_elasticache_replication_group.this.port,
  )
  secret_string_wo_version = var.secrets_version
}
