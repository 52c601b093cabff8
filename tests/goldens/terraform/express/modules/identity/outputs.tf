output "app" {
  description = "The application's identity, to which a module grants the use of what it makes."
  value       = aws_iam_role.app.name
}

output "app_id" {
  description = "The same identity, as the service that starts the application wants it."
  value       = aws_iam_role.app.arn
}
