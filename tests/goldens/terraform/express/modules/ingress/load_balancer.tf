locals {
  # Two ways in. With a domain name, the load balancer faces the internet and shows the certificate of that name.
  # Without one it is internal, and the cloud's edge shows a certificate for a name of its own: see edge.tf.
  public = var.domain_name != ""

  # A load balancer's name has 32 characters at most.
  short_name = length(var.name) <= 32 ? var.name : "${substr(var.name, 0, 23)}-${substr(sha256(var.name), 0, 8)}"

  # Who may connect, and where to.
  subnet_ids = local.public ? var.public_subnet_ids : var.private_subnet_ids
}

resource "aws_lb" "this" {
  #checkov:skip=CKV_AWS_150:deletion protection is the environment's choice, on in staging and production
  #checkov:skip=CKV2_AWS_20:a public load balancer redirects, and an internal one hears the edge alone
  #checkov:skip=CKV2_AWS_28:a firewall is the environment's choice, on in staging and production
  #checkov:skip=CKV2_AWS_76:where the firewall is on, its group of known bad inputs has that rule
  #trivy:ignore:AWS-0053 # the application is for the internet
  name                       = local.short_name
  internal                   = !local.public
  load_balancer_type         = "application"
  subnets                    = local.subnet_ids
  security_groups            = [var.access_group_id]
  drop_invalid_header_fields = true
  desync_mitigation_mode     = "defensive"
  enable_deletion_protection = var.deletion_protection
  idle_timeout               = 60

  access_logs {
    enabled = true
    bucket  = var.logs_bucket
    prefix  = "load-balancer"
  }
}
