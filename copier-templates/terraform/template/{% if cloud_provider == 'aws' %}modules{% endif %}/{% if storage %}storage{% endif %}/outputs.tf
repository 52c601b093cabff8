output "settings" {
  description = "Variables of the application for access."
  value       = { for variable, bucket in aws_s3_bucket.this : variable => bucket.id }
}

output "region" {
  description = "Region of the buckets."
  value       = data.aws_region.current.region
}

output "endpoint" {
  description = "Address of the object store."
  value       = "https://s3.${data.aws_region.current.region}.amazonaws.com"
}
