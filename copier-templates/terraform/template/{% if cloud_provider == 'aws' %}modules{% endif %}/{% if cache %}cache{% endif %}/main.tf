locals {
  instances = {
    small  = "cache.t4g.micro"
    medium = "cache.t4g.medium"
    large  = "cache.m7g.large"
  }
}

resource "aws_elasticache_subnet_group" "this" {
  name        = var.name
  description = "Data subnets of ${var.name}"
  subnet_ids  = var.subnet_ids
}

resource "aws_elasticache_replication_group" "this" {
  #checkov:skip=CKV_AWS_31:a write-only argument that the check does not support sets the token
  #checkov:skip=CKV2_AWS_50:the environment sets the replica, on in staging and production
  replication_group_id = var.name
  description          = "Cache of ${var.name}"
  engine               = "valkey"
  engine_version       = var.engine_version
  port                 = 6379

  node_type                  = var.instance == "" ? local.instances[var.size] : var.instance
  num_cache_clusters         = var.high_availability ? 2 : 1
  automatic_failover_enabled = var.high_availability
  multi_az_enabled           = var.high_availability

  subnet_group_name  = aws_elasticache_subnet_group.this.name
  security_group_ids = [var.access_group_id]

  at_rest_encryption_enabled = true
  kms_key_id                 = var.encryption_key
  transit_encryption_enabled = true
  transit_encryption_mode    = "required"
  auth_token_wo              = ephemeral.random_password.this.result
  auth_token_wo_version      = local.number

  auth_token_update_strategy = "ROTATE"

  snapshot_retention_limit   = 1
  snapshot_window            = "02:00-03:00"
  maintenance_window         = "sun:03:30-sun:04:30"
  auto_minor_version_upgrade = true
  apply_immediately          = !var.deletion_protection

  # AWS upgrades the version in the maintenance window. A downgrade to this version would replace the cache.
  lifecycle {
    ignore_changes = [engine_version]
  }
}
