output "url" {
  description = "Address of the application."
  value       = module.stack.url
}

output "dns_records" {
  description = "DNS records to create if the DNS zone is not in the cloud: name and target."
  value       = module.stack.dns_records
}

output "secrets_to_fill" {
  description = "Secrets that have to be set manually before the application starts."
  value       = module.stack.secrets_to_fill
}

output "migrate_command" {
  description = "Command that migrates the database to the model of the image, before that image serves requests."
  value       = module.stack.migrate_command
}

output "set_image_command" {
  description = "Command that deploys another image with the next apply; the image is its last argument."
  value       = module.stack.set_image_command
}

output "restart_command" {
  description = "Command that restarts the application, for example after secrets were set or renewed."
  value       = module.stack.restart_command
}

output "log_command" {
  description = "Command that follows the application's log."
  value       = module.stack.log_command
}

output "alarms" {
  description = "Where alarms are sent, for further subscriptions."
  value       = module.stack.alarms
}
