# The application and its ingress.

module "ingress" {
  source = "../ingress"

  name                = var.name
  entry_points        = local.entry_points
  domain_name         = var.domain_name
  dns_zone            = var.dns_zone
  certificate_id      = var.certificate_id
  web_firewall        = var.web_firewall
  network_id          = module.network.network_id
  public_subnet_ids   = module.network.public_subnet_ids
  private_subnet_ids  = module.network.private_subnet_ids
  access_group_id     = module.network.ingress_group_id
  app_group_id        = module.network.app_group_id
  tenant_domain       = var.tenant_domain
  web_rate_limit      = var.web_rate_limit
  logs_bucket         = module.logs.bucket
  encryption_key      = module.encryption.key
  log_retention_days  = var.log_retention_days
  deletion_protection = var.deletion_protection

  webhook_paths = ["/webhooks/", "/api/v1/webhooks/"]
}

module "app" {
  source = "../app"

  name                   = var.name
  container_image        = var.container_image
  container_architecture = var.container_architecture
  entry_points           = local.entry_points
  background_commands    = local.background_commands
  services               = local.services
  settings               = local.all_settings
  secret_ids             = local.all_secret_ids
  target_ids             = module.ingress.target_ids
  proxy_ports            = module.ingress.proxy_ports
  proxies                = module.ingress.proxies
  network_cidr           = module.network.cidr
  subnet_ids             = module.network.private_subnet_ids
  access_group_id        = module.network.app_group_id
  app_identity           = module.identity.app
  app_identity_id        = module.identity.app_id
  encryption_key         = module.encryption.key
  log_retention_days     = var.log_retention_days
  container_metrics      = var.container_metrics
  shell_access           = var.shell_access

  registry_access    = var.container_registry_access
  registry_secret_id = lookup(module.secrets.secret_ids, local.registry_login, "")
  start_services     = var.start_services
  load_balancer_id   = module.ingress.id
  target_metric_ids  = module.ingress.target_metric_ids

  app_size         = var.app_size
  app_cpu          = var.app_cpu
  app_memory_mb    = var.app_memory_mb
  app_min_count    = var.app_min_count
  app_max_count    = var.app_max_count
  worker_size      = var.worker_size
  worker_cpu       = var.worker_cpu
  worker_memory_mb = var.worker_memory_mb

  worker_count = var.worker_count

  schedules = local.schedules
}

locals {
  # Variables of the application: settings of terraform.tfvars, then values that are known only after the apply.
  all_settings = merge(
    var.settings,
    module.identity.dazzle_settings,
    {
      DAZZLE_SITE_URL = module.ingress.url

      # The last address in X-Forwarded-For is that of the client, with and without the proxy beside the application.
      DAZZLE_RATE_LIMIT_TRUSTED_PROXIES = "1"
    },
    module.queue.settings,
    module.storage.settings,
    local.storage_settings,
    module.mail.dazzle_settings,
  )

  # User name and password of a private registry, set manually. The application does not read them.
  registry_login   = "container-registry"
  registry_secrets = var.container_registry_access == "credentials" ? { (local.registry_login) = "Registry of the image" } : {}

  all_secret_ids = merge(
    { for name, id in module.secrets.secret_ids : name => id if name != local.registry_login },
    module.database.secret_ids,
    module.cache.secret_ids,
  )
}
