output "url" {
  description = "Where the application is found."
  value       = module.ingress.url
}

output "dns_records" {
  description = "Records to make where the DNS is elsewhere: name and target."
  value       = merge(module.ingress.dns_records, module.mail.dns_records)
}

output "secrets_to_fill" {
  description = "Secrets that a person fills in before the application starts."
  value       = module.secrets.to_fill
}

output "restart_command" {
  description = "Starts the application anew: after secrets were filled in, or new ones were made."
  value       = "for service in ${join(" ", local.services)}; do aws ecs update-service --region ${var.region} --cluster ${module.app.cluster} --service $service --force-new-deployment; done"
}

output "log_command" {
  description = "Shows the application's log as it is written."
  value       = "aws logs tail ${module.app.log} --region ${var.region} --follow"
}

output "alarms" {
  description = "Where alarms go; subscribe to it what you like."
  value       = module.observability.alarms
}
