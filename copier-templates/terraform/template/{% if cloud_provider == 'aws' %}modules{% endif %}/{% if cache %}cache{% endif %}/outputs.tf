output "ids" {
  description = "IDs of the cache clusters, for metrics."
  value       = [for number in range(var.high_availability ? 2 : 1) : format("%s-%03d", var.name, number + 1)]
}

output "secret_ids" {
  description = "ARN of the secret for each secret variable."
  value       = { REDIS_URL = aws_secretsmanager_secret_version.current.secret_id }
}
