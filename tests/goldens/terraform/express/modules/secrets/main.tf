# Secrets that a person fills in: empty here, and their values never pass through Terraform.
resource "aws_secretsmanager_secret" "external" {
  #checkov:skip=CKV2_AWS_57:their owner rotates them, which nothing here can know how to do
  for_each = var.external

  name                    = "${var.name}/${each.key}"
  description             = each.value
  kms_key_id              = var.encryption_key
  recovery_window_in_days = var.deletion_protection ? 30 : 0
}
