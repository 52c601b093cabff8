resource "aws_vpc_security_group_ingress_rule" "internet" {
  #checkov:skip=CKV_AWS_260:port 80 only redirects to port 443
  for_each = local.public ? { http = 80, https = 443 } : {}

  security_group_id = var.access_group_id
  description       = "${upper(each.key)} from the internet"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
  cidr_ipv4         = "0.0.0.0/0"

  lifecycle {
    create_before_destroy = true
  }
}

data "aws_ec2_managed_prefix_list" "edge" {
  count = local.public ? 0 : 1

  name = "com.amazonaws.global.cloudfront.origin-facing"
}

resource "aws_vpc_security_group_ingress_rule" "edge" {
  #checkov:skip=CKV_AWS_260:only addresses of CloudFront are allowed
  count = local.public ? 0 : 1

  security_group_id = var.access_group_id
  description       = "HTTP from the edge of the cloud"
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
  prefix_list_id    = data.aws_ec2_managed_prefix_list.edge[0].id

  lifecycle {
    create_before_destroy = true
  }
}

# Access of the load balancer to the proxies, which run beside the application: without a domain name the load balancer
# receives HTTP and states that protocol, which is not the one of the client.

locals {
  proxied = {
    for name, entry in var.entry_points : name =>
    entry.proxy == "always" || (entry.proxy == "without_domain" && !local.public)
  }

  # The first free port; a task runs one entry point, and all use the same port.
  proxy_port = min([for port in range(8080, 8100) : port if !contains(values(var.entry_points)[*].port, port)]...)
}

resource "aws_vpc_security_group_egress_rule" "ingress_to_proxy" {
  count = anytrue(values(local.proxied)) ? 1 : 0

  security_group_id            = var.access_group_id
  description                  = "To port ${local.proxy_port} of the proxy beside the application"
  ip_protocol                  = "tcp"
  from_port                    = local.proxy_port
  to_port                      = local.proxy_port
  referenced_security_group_id = var.app_group_id

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_vpc_security_group_ingress_rule" "proxy_from_ingress" {
  count = anytrue(values(local.proxied)) ? 1 : 0

  security_group_id            = var.app_group_id
  description                  = "Port ${local.proxy_port} of the proxy from the load balancer"
  ip_protocol                  = "tcp"
  from_port                    = local.proxy_port
  to_port                      = local.proxy_port
  referenced_security_group_id = var.access_group_id

  lifecycle {
    create_before_destroy = true
  }
}
