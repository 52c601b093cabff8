output "url" {
  description = "Address of the application."
  value       = "https://${local.public ? var.domain_name : one(aws_cloudfront_distribution.this[*].domain_name)}"
}

output "id" {
  description = "ARN suffix of the load balancer, for metrics."
  value       = aws_lb.this.arn_suffix
}

output "proxies" {
  description = "Number of AWS proxies that a request passes."
  value       = local.public ? 1 : 2
}

output "target_ids" {
  description = "ARN of the target group of each entry point."
  value       = { for name, target in aws_lb_target_group.this : name => target.arn }

  # A service can register only with a target group of a listener. Resources that are no longer needed are destroyed
  # after the services have changed.
  depends_on = [
    aws_cloudfront_distribution.this,
    aws_lb_listener.https,
    aws_lb_listener.edge,
    aws_lb_listener_rule.this,
    aws_vpc_security_group_egress_rule.ingress_to_proxy,
    aws_vpc_security_group_ingress_rule.edge,
    aws_vpc_security_group_ingress_rule.internet,
    aws_vpc_security_group_ingress_rule.proxy_from_ingress,
  ]
}

output "proxy_ports" {
  description = "Port of the proxy in the tasks of each entry point; 0 for no proxy."
  value       = { for name, is_proxied in local.proxied : name => is_proxied ? local.proxy_port : 0 }
}

output "target_metric_ids" {
  description = "ARN suffix of the target group of each entry point, for metrics."
  value       = { for name, target in aws_lb_target_group.this : name => target.arn_suffix }
}

output "dns_records" {
  description = "DNS records to create if the DNS zone is not in Route 53: name and target."
  value = {
    for name, target in merge(
      { for name in local.hosts : name => aws_lb.this.dns_name },
      { for options in values(local.proof) : options[0].resource_record_name => options[0].resource_record_value },
    ) : name => target if local.public && !local.has_zone
  }
}
