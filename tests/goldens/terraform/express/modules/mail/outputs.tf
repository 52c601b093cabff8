output "from_address" {
  description = "The sender of the application's mail; empty without a domain."
  value       = var.domain == "" ? "" : "noreply@${var.domain}"
}

output "dns_records" {
  description = "Records that prove the domain, for a DNS that is elsewhere: name and target."
  value = {
    for token in flatten(aws_sesv2_email_identity.this[*].dkim_signing_attributes[*].tokens) :
    "${token}._domainkey.${var.domain}" => "${token}.dkim.amazonses.com" if !local.has_zone
  }
}
