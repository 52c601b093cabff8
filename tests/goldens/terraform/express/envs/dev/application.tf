# The application, and the way to it.

module "ingress" {
  source = "../../modules/ingress"

  name                = local.name
  entry_points        = local.entry_points
  domain_name         = var.domain_name
  dns_zone            = var.dns_zone
  certificate_arn     = var.certificate_arn
  web_firewall        = var.web_firewall
  network_id          = module.network.network_id
  public_subnet_ids   = module.network.public_subnet_ids
  private_subnet_ids  = module.network.private_subnet_ids
  access_group_id     = module.network.ingress_group_id
  logs_bucket         = module.logs.bucket
  encryption_key      = module.encryption.key
  log_retention_days  = var.log_retention_days
  deletion_protection = var.deletion_protection
}

module "app" {
  source = "../../modules/app"

  name                   = local.name
  container_image        = var.container_image
  container_architecture = var.container_architecture
  entry_points           = local.entry_points
  background_commands    = local.background_commands
  settings               = local.all_settings
  secret_ids             = local.all_secret_ids
  target_ids             = module.ingress.target_ids
  subnet_ids             = module.network.private_subnet_ids
  access_group_id        = module.network.app_group_id
  app_identity_id        = module.identity.app_id
  encryption_key         = module.encryption.key
  log_retention_days     = var.log_retention_days

  app_size         = var.app_size
  app_cpu          = var.app_cpu
  app_memory_mb    = var.app_memory_mb
  app_min_count    = var.app_min_count
  app_max_count    = var.app_max_count
  worker_size      = var.worker_size
  worker_cpu       = var.worker_cpu
  worker_memory_mb = var.worker_memory_mb

  has_python     = false
  writable_paths = { temporary = "/tmp" }

  worker_count = var.worker_count
}

locals {
  # What the application reads: first what terraform.tfvars says, then what only the cloud knows.
  all_settings = merge(
    var.settings,
    { FORWARDED_ALLOW_IPS = module.network.cidr },
    local.mail_settings,
  )

  all_secret_ids = merge(
    module.secrets.secret_ids,
    module.database.secret_ids,
  )
}
