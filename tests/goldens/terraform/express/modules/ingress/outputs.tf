output "url" {
  description = "Where the application is found."
  value       = "https://${local.public ? var.domain_name : one(aws_cloudfront_distribution.this[*].domain_name)}"
}

output "id" {
  description = "The load balancer, as its metrics name it."
  value       = aws_lb.this.arn_suffix
}

output "proxies" {
  description = "How many proxies of the cloud a request passes."
  value       = local.public ? 1 : 2
}

output "target_ids" {
  description = "Where the copies of each entry point register."
  value       = { for name, target in aws_lb_target_group.this : name => target.arn }

  # A service may only register where a listener forwards to.
  depends_on = [aws_lb_listener.https, aws_lb_listener.edge, aws_lb_listener_rule.this]
}

output "target_metric_ids" {
  description = "The same targets, as their metrics name them."
  value       = { for name, target in aws_lb_target_group.this : name => target.arn_suffix }
}

output "dns_records" {
  description = "Records to make where the DNS is elsewhere: name and target."
  value = {
    for name, target in merge(
      { (var.domain_name) = aws_lb.this.dns_name },
      { for option in values(local.proof) : option.resource_record_name => option.resource_record_value },
    ) : name => target if local.public && !local.has_zone
  }
}
