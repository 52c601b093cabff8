output "bucket" {
  description = "Name of the access log bucket."
  value       = aws_s3_bucket.this.id

  # The bucket policy has to allow writing before a service uses the bucket.
  depends_on = [aws_s3_bucket_policy.this]
}
