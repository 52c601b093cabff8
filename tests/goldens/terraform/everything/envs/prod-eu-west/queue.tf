module "queue" {
  source = "../../modules/queue"

  name           = local.name
  app_identity   = module.identity.app
  encryption_key = module.encryption.key
}
