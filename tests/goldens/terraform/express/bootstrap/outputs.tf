output "backend_config" {
  description = "What backend.hcl of every environment says."
  value       = <<-EOT
    # Where the state of this environment is.
    bucket = "${aws_s3_bucket.state.id}"
    region = "${var.region}"
  EOT
}

output "state_bucket" {
  description = "The bucket; name it in dazzle.toml as state_bucket of each environment."
  value       = aws_s3_bucket.state.id
}
