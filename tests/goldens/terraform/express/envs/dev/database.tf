module "database" {
  source = "../../modules/db"

  name                = local.name
  size                = var.database_size
  instance            = var.database_instance
  storage_gb          = var.database_storage_gb
  max_storage_gb      = var.database_max_storage_gb
  high_availability   = var.database_high_availability
  backup_days         = var.database_backup_days
  deletion_protection = var.deletion_protection
  final_snapshot      = var.database_final_snapshot
  secrets_version     = var.secrets_version
  subnet_ids          = module.network.data_subnet_ids
  access_group_id     = module.network.database_group_id
  encryption_key      = module.encryption.key
  log_retention_days  = var.log_retention_days
}
