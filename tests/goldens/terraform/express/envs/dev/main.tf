# The environment: the composition in modules/stack, with the values of terraform.tfvars.

module "stack" {
  source = "../../modules/stack"

  name = "shop-dev"

  container_image        = var.container_image
  container_architecture = var.container_architecture
  domain_name            = var.domain_name
  dns_zone               = var.dns_zone
  certificate_id         = var.certificate_arn
  tenant_domain          = var.tenant_domain
  web_firewall           = var.web_firewall
  web_rate_limit         = var.web_rate_limit
  deletion_protection    = var.deletion_protection
  force_destroy          = local.force_destroy
  settings               = var.settings
  secrets_version        = var.secrets_version
  log_retention_days     = var.log_retention_days
  container_metrics      = var.container_metrics
  shell_access           = var.shell_access
  alarm_email            = var.alarm_email

  mail_domain = var.mail_domain

  container_registry_access = var.container_registry_access
  start_services            = var.start_services

  network_cidr      = var.network_cidr
  zone_count        = var.zone_count
  excluded_zone_ids = var.excluded_zone_ids
  nat_gateways      = var.nat_gateways
  private_endpoints = var.private_endpoints
  egress_ports      = var.egress_ports

  app_size         = var.app_size
  app_cpu          = var.app_cpu
  app_memory_mb    = var.app_memory_mb
  app_min_count    = var.app_min_count
  app_max_count    = var.app_max_count
  worker_size      = var.worker_size
  worker_cpu       = var.worker_cpu
  worker_memory_mb = var.worker_memory_mb

  worker_count = var.worker_count

  database_size               = var.database_size
  database_instance           = var.database_instance
  database_storage_gb         = var.database_storage_gb
  database_max_storage_gb     = var.database_max_storage_gb
  database_high_availability  = var.database_high_availability
  database_backup_days        = var.database_backup_days
  database_final_snapshot     = var.database_final_snapshot
  database_monitoring_seconds = var.database_monitoring_seconds
}
