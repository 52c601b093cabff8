locals {
  # With a domain name, the load balancer is public and has the certificate of that name. Without one, it is internal,
  # and CloudFront has a certificate for its own host name: see edge.tf.
  public = var.domain_name != ""

  # The successor has another name than its predecessor, because names of load balancers are unique. They have at most
  # 32 characters.
  long_name  = "${var.name}-${local.public ? "public" : "edge"}"
  short_name = length(local.long_name) <= 32 ? local.long_name : "${substr(local.long_name, 0, 23)}-${substr(sha256(local.long_name), 0, 8)}"

  # A public load balancer needs public subnets.
  subnet_ids = local.public ? var.public_subnet_ids : var.private_subnet_ids
}

resource "aws_lb" "this" {
  #checkov:skip=CKV_AWS_150:the environment sets deletion protection, on in production; without a domain name, a domain name replaces the load balancer
  #checkov:skip=CKV2_AWS_20:a public load balancer redirects to HTTPS, an internal one accepts only CloudFront
  #checkov:skip=CKV2_AWS_28:the environment sets the firewall, on in staging and production
  #checkov:skip=CKV2_AWS_76:if the firewall is on, its rule group for known bad inputs contains that rule
  #trivy:ignore:AWS-0053 # the application is public
  name                       = local.short_name
  internal                   = !local.public
  load_balancer_type         = "application"
  subnets                    = local.subnet_ids
  security_groups            = [var.access_group_id]
  drop_invalid_header_fields = true
  desync_mitigation_mode     = "defensive"
  enable_deletion_protection = var.deletion_protection && local.public
  idle_timeout               = 60

  access_logs {
    enabled = true
    bucket  = var.logs_bucket
    prefix  = "load-balancer"
  }

  # A domain name that is added or removed replaces the load balancer; an existing one keeps its name.
  lifecycle {
    create_before_destroy = true
    ignore_changes        = [name]

    precondition {
      condition     = local.public || !can(regex("^(cn|us-gov)-", data.aws_region.current.region))
      error_message = "The region ${data.aws_region.current.region} has no CloudFront, which gives an environment without a domain name its address and HTTPS: set domain_name."
    }
  }
}
