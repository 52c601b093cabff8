# What the others stand on. How large it all is says terraform.tfvars.

locals {
  name = "shop-dev"
}

module "encryption" {
  source = "../../modules/encryption"

  name                = local.name
  deletion_protection = var.deletion_protection
}

module "network" {
  source = "../../modules/network"

  name               = local.name
  cidr               = var.network_cidr
  zone_count         = var.zone_count
  nat_gateways       = var.nat_gateways
  private_endpoints  = var.private_endpoints
  app_ports          = toset([for entry in local.entry_points : tostring(entry.port)])
  encryption_key     = module.encryption.key
  log_retention_days = var.log_retention_days
}

module "identity" {
  source = "../../modules/identity"

  name           = local.name
  encryption_key = module.encryption.key
}

module "logs" {
  source = "../../modules/logs"

  name                = local.name
  retention_days      = var.log_retention_days
  deletion_protection = var.deletion_protection
}

module "secrets" {
  source = "../../modules/secrets"

  name                = local.name
  external            = local.external_secrets
  generated           = local.generated_secrets
  secrets_version     = var.secrets_version
  encryption_key      = module.encryption.key
  deletion_protection = var.deletion_protection
}
