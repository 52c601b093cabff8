output "settings" {
  description = "Variables that the application needs for it."
  value       = { for variable, bucket in aws_s3_bucket.this : variable => bucket.id }
}
