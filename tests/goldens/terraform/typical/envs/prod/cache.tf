module "cache" {
  source = "../../modules/cache"

  name                = local.name
  size                = var.cache_size
  instance            = var.cache_instance
  high_availability   = var.cache_high_availability
  deletion_protection = var.deletion_protection
  secrets_version     = var.secrets_version
  subnet_ids          = module.network.data_subnet_ids
  access_group_id     = module.network.cache_group_id
  encryption_key      = module.encryption.key
}
