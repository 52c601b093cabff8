output "id" {
  description = "The server, as its metrics name it."
  value       = aws_db_instance.this.identifier
}

output "address" {
  description = "The server's host name, inside the network."
  value       = aws_db_instance.this.address
}

output "secret_ids" {
  description = "Where the secret variables that the application needs for it are kept."
  value       = { DATABASE_URL = aws_secretsmanager_secret_version.url.secret_id }
}
