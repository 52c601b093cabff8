module "observability" {
  source = "../observability"

  name             = var.name
  alarm_email      = var.alarm_email
  load_balancer_id = module.ingress.id
  target_ids       = module.ingress.target_metric_ids
  cluster          = module.app.cluster
  services         = local.services
  minimum_counts   = local.minimum_counts
  encryption_key   = module.encryption.key

  container_metrics = var.container_metrics

  database_id = module.database.id

  cache_ids = module.cache.ids

  queue_id      = module.queue.id
  dead_queue_id = module.queue.dead_id

  unscheduled_id = module.app.unscheduled_id
}

locals {
  # Services that have not started yet have no minimum.
  minimum_counts = { for name, count in local.service_counts : name => count if var.start_services }
  service_counts = merge({ for name, entry in local.entry_points : name => var.app_min_count }, { worker = var.worker_count })
}
