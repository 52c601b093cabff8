output "secret_ids" {
  description = "ARN of the secret for each secret variable of the application."
  value = merge(
    { for name, secret in aws_secretsmanager_secret.external : name => secret.arn },
    { for name, secret in aws_secretsmanager_secret_version.generated : name => secret.secret_id },
  )
}

output "to_fill" {
  description = "Names of the secrets that have to be set manually."
  value       = sort([for secret in aws_secretsmanager_secret.external : secret.name])
}
