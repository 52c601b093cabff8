output "bucket" {
  description = "The bucket that access logs go to."
  value       = aws_s3_bucket.this.id

  # Nothing may be told to write here before it is allowed to.
  depends_on = [aws_s3_bucket_policy.this]
}
