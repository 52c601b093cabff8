output "backend_config" {
  description = "Contents of backend.hcl for each environment."
  value       = <<-EOT
    # State bucket of this environment.
    bucket = "${aws_s3_bucket.state.id}"
    region = "${var.region}"

    # Key that encrypts the state.
    encrypt    = true
    kms_key_id = "${aws_kms_key.state.arn}"

    # Credentials of another account are refused.
    allowed_account_ids = ["${data.aws_caller_identity.current.account_id}"]
  EOT
}

output "state_bucket" {
  description = "Name of the state bucket, for state_bucket of each environment in dazzle.toml."
  value       = aws_s3_bucket.state.id
}

output "state_kms_key" {
  description = "ARN of the key of the state bucket, for state_kms_key of each environment in dazzle.toml."
  value       = aws_kms_key.state.arn
}
