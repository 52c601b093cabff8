output "id" {
  description = "Identifier of the database instance, for metrics."
  value       = aws_db_instance.this.identifier
}

output "address" {
  description = "Host name of the server, inside the network."
  value       = aws_db_instance.this.address
}

output "secret_ids" {
  description = "ARN of the secret for each secret variable."
  value       = { DATABASE_URL = aws_secretsmanager_secret_version.current.secret_id }
}
