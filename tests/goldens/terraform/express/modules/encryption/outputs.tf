output "key" {
  description = "The key that encrypts data at rest."
  value       = aws_kms_key.this.arn
}
