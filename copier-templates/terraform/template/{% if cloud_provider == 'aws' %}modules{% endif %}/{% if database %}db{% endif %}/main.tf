locals {
  instances = {
    small  = "db.t4g.micro"
    medium = "db.m7g.large"
    large  = "db.m7g.2xlarge"
  }
}

resource "aws_db_subnet_group" "this" {
  name        = var.name
  description = "Data subnets of ${var.name}"
  subnet_ids  = var.subnet_ids
}

resource "aws_db_instance" "this" {
  #checkov:skip=CKV_AWS_118:the environment sets enhanced monitoring, on in staging and production
  #checkov:skip=CKV_AWS_157:the environment sets the standby, on in staging and production
  #checkov:skip=CKV_AWS_293:the environment sets deletion protection, on in staging and production
  identifier = var.name
  db_name    = "app"
  username   = "app"
  port       = 5432

  password_wo         = ephemeral.random_password.this.result
  password_wo_version = local.number

  engine                      = "postgres"
  engine_version              = var.engine_version
  auto_minor_version_upgrade  = true
  allow_major_version_upgrade = false
  parameter_group_name        = aws_db_parameter_group.this.name
  ca_cert_identifier          = "rds-ca-rsa2048-g1"

  instance_class        = var.instance == "" ? local.instances[var.size] : var.instance
  storage_type          = "gp3"
  allocated_storage     = var.storage_gb
  max_allocated_storage = var.max_storage_gb > var.storage_gb ? var.max_storage_gb : 0
  storage_encrypted     = true
  kms_key_id            = var.encryption_key

  multi_az                            = var.high_availability
  db_subnet_group_name                = aws_db_subnet_group.this.name
  vpc_security_group_ids              = [var.access_group_id]
  publicly_accessible                 = false
  iam_database_authentication_enabled = true

  backup_retention_period   = var.backup_days
  backup_window             = "02:00-03:00"
  maintenance_window        = "sun:03:30-sun:04:30"
  copy_tags_to_snapshot     = true
  delete_automated_backups  = !var.final_snapshot
  deletion_protection       = var.deletion_protection
  skip_final_snapshot       = !var.final_snapshot
  final_snapshot_identifier = "${var.name}-final"

  # With deletion protection, changes wait for the maintenance window.
  apply_immediately = !var.deletion_protection

  enabled_cloudwatch_logs_exports       = ["postgresql", "upgrade"]
  monitoring_interval                   = var.monitoring_seconds
  monitoring_role_arn                   = one(aws_iam_role.monitoring[*].arn)
  performance_insights_enabled          = true
  performance_insights_kms_key_id       = var.encryption_key
  performance_insights_retention_period = 7

  lifecycle {
    precondition {
      condition     = var.max_storage_gb == var.storage_gb || var.max_storage_gb >= var.storage_gb * 1.1
      error_message = "The storage limit must equal the allocated storage, or exceed it by at least 10 %."
    }
  }

  depends_on = [aws_cloudwatch_log_group.export]
}
