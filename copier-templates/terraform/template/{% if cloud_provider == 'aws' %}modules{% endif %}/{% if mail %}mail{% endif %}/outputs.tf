output "settings" {
  description = "Variables of the application for sending mail; none without a domain."
  value       = { for name, value in { MAIL_FROM_ADDRESS = local.from_address } : name => value if var.domain != "" }
}

output "dazzle_settings" {
  description = "Variables of a DAZZLE application for sending mail; none without a domain."
  value = {
    for name, value in { DAZZLE_EMAIL_PROVIDER = "ses", DAZZLE_SES_FROM_ADDRESS = local.from_address } :
    name => value if var.domain != ""
  }
}

output "dns_records" {
  description = "DNS records that verify the domain, if the DNS zone is not in Route 53: name and target."
  value = {
    for token in flatten(aws_sesv2_email_identity.this[*].dkim_signing_attributes[*].tokens) :
    "${token}._domainkey.${var.domain}" => "${token}.dkim.amazonses.com" if !local.has_zone
  }
}
