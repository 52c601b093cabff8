# Sender domain of mail. SES sends only to verified addresses until production access is granted; README.md describes
# the request.

locals {
  from_address = "noreply@${var.domain}"

  has_zone = var.domain != "" && var.dns_zone != "" && endswith(".${var.domain}", ".${var.dns_zone}")
}

resource "aws_sesv2_email_identity" "this" {
  count = var.domain == "" ? 0 : 1

  email_identity = var.domain

  dkim_signing_attributes {
    next_signing_key_length = "RSA_2048_BIT"
  }
}

data "aws_route53_zone" "this" {
  count = local.has_zone ? 1 : 0

  name = var.dns_zone
}

# SES signs with three keys and generates their names.
resource "aws_route53_record" "dkim" {
  count = local.has_zone ? 3 : 0

  zone_id = data.aws_route53_zone.this[0].zone_id
  name    = "${aws_sesv2_email_identity.this[0].dkim_signing_attributes[0].tokens[count.index]}._domainkey.${var.domain}"
  type    = "CNAME"
  ttl     = 600
  records = ["${aws_sesv2_email_identity.this[0].dkim_signing_attributes[0].tokens[count.index]}.dkim.amazonses.com"]
}

data "aws_iam_policy_document" "app" {
  count = var.domain == "" ? 0 : 1

  statement {
    actions   = ["ses:SendEmail", "ses:SendRawEmail"]
    resources = [aws_sesv2_email_identity.this[0].arn]
  }
}

resource "aws_iam_role_policy" "app" {
  count = var.domain == "" ? 0 : 1

  name   = "mail"
  role   = var.app_identity
  policy = data.aws_iam_policy_document.app[0].json
}
