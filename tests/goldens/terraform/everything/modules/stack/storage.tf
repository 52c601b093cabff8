module "storage" {
  source = "../storage"

  name           = var.name
  buckets        = ["ARCHIVE_BUCKET", "S3_BUCKET"]
  app_url        = module.ingress.url
  app_identity   = module.identity.app
  logs_bucket    = module.logs.bucket
  encryption_key = module.encryption.key
  force_destroy  = var.force_destroy
}

locals {
  # Region and address of the buckets, in the variables that dazzle.toml names.
  storage_settings = merge(
    { for variable in ["AWS_REGION"] : variable => module.storage.region },
    { for variable in ["S3_ENDPOINT_URL"] : variable => module.storage.endpoint },
  )
}

output "storage" {
  description = "Outputs of the module storage."
  value       = module.storage
}
