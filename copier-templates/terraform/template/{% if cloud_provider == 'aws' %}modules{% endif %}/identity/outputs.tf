output "app" {
  description = "Name of the IAM role of the tasks, to which modules attach policies."
  value       = aws_iam_role.app.name
}

output "app_id" {
  description = "ARN of the IAM role of the tasks."
  value       = aws_iam_role.app.arn
}

output "dazzle_settings" {
  description = "Variables with which DAZZLE finds the services of the cloud."
  value       = { DAZZLE_AWS_REGION = data.aws_region.current.region }
}
