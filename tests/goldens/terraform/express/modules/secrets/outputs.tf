output "secret_ids" {
  description = "Where each secret variable of the application is kept."
  value = merge(
    { for name, secret in aws_secretsmanager_secret.external : name => secret.arn },
    { for name, secret in aws_secretsmanager_secret_version.generated : name => secret.secret_id },
  )
}

output "to_fill" {
  description = "Names of the secrets that a person fills in."
  value       = sort([for secret in aws_secretsmanager_secret.external : secret.name])
}
