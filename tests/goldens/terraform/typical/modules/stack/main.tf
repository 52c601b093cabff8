# Shared resources. terraform.tfvars sets their sizes.

module "encryption" {
  source = "../encryption"

  name = var.name

  # A final snapshot cannot be read after its key is deleted.
  deletion_protection = var.deletion_protection || var.database_final_snapshot
}

module "identity" {
  source = "../identity"

  name           = var.name
  encryption_key = module.encryption.key
}

module "logs" {
  source = "../logs"

  name           = var.name
  retention_days = var.log_retention_days
  force_destroy  = var.force_destroy
}

module "secrets" {
  source = "../secrets"

  name                = var.name
  external            = merge(local.external_secrets, local.registry_secrets)
  generated           = local.generated_secrets
  secrets_version     = var.secrets_version
  encryption_key      = module.encryption.key
  deletion_protection = var.deletion_protection
}
