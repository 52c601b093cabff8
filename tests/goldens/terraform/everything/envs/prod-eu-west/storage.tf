module "storage" {
  source = "../../modules/storage"

  name                = local.name
  buckets             = ["ARCHIVE_BUCKET", "S3_BUCKET"]
  app_url             = module.ingress.url
  app_identity        = module.identity.app
  logs_bucket         = module.logs.bucket
  encryption_key      = module.encryption.key
  deletion_protection = var.deletion_protection
}

locals {
  # Where the buckets are, under the names that dazzle.toml gives it.
  storage_settings = merge(
    { for variable in ["AWS_REGION"] : variable => var.region },
    { for variable in ["S3_ENDPOINT_URL"] : variable => "https://s3.${var.region}.amazonaws.com" },
  )
}
