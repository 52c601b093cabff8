output "ids" {
  description = "The servers of the cache, as their metrics name them."
  value       = [for number in range(var.high_availability ? 2 : 1) : format("%s-%03d", var.name, number + 1)]
}

output "secret_ids" {
  description = "Where the secret variables that the application needs for it are kept."
  value       = { REDIS_URL = aws_secretsmanager_secret_version.url.secret_id }
}
