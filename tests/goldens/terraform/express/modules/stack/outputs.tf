output "url" {
  description = "Address of the application."
  value       = module.ingress.url
}

output "dns_records" {
  description = "DNS records to create if the DNS zone is not in the cloud: name and target."
  value       = merge(module.ingress.dns_records, module.mail.dns_records)
}

output "secrets_to_fill" {
  description = "Secrets that have to be set manually before the application starts."
  value       = module.secrets.to_fill
}

output "image" {
  description = "Container image that runs."
  value       = module.app.image
}

output "set_image_command" {
  description = "Command that deploys another image with the next apply; the image is its last argument."
  value       = module.app.set_image_command
}

output "restart_command" {
  description = "Command that restarts the application, for example after secrets were set or renewed."
  value       = module.app.restart_command
}

output "log_command" {
  description = "Command that follows the application's log."
  value       = module.app.log_command
}

output "alarms" {
  description = "Where alarms are sent, for further subscriptions."
  value       = module.observability.alarms
}

# Outputs of the modules, for your own files in an environment, such as module.stack.network.private_subnet_ids.

output "network" {
  description = "Outputs of the module network."
  value       = module.network
}

output "encryption" {
  description = "Outputs of the module encryption."
  value       = module.encryption
}

output "identity" {
  description = "Outputs of the module identity."
  value       = module.identity
}

output "ingress" {
  description = "Outputs of the module ingress."
  value       = module.ingress
}

output "app" {
  description = "Outputs of the module app."
  value       = module.app
}

output "secrets" {
  description = "Outputs of the module secrets."
  value       = module.secrets
}

output "logs" {
  description = "Outputs of the module logs."
  value       = module.logs
}
