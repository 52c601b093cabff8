module "observability" {
  source = "../../modules/observability"

  name             = local.name
  alarm_email      = var.alarm_email
  load_balancer_id = module.ingress.id
  target_ids       = module.ingress.target_metric_ids
  cluster          = module.app.cluster
  services         = local.services
  encryption_key   = module.encryption.key

  database_id = module.database.id
}
