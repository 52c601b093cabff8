# A certificate that is given is used. Else one is made, and its name is proven by a record in the DNS: written
# here where the cloud has the zone, by a person where the DNS is elsewhere (the run waits for it).

locals {
  make_certificate = local.public && var.certificate_arn == ""
  has_zone         = local.public && var.dns_zone != ""
  certificate      = local.make_certificate ? one(aws_acm_certificate_validation.this[*].certificate_arn) : var.certificate_arn
}

resource "aws_acm_certificate" "this" {
  count = local.make_certificate ? 1 : 0

  domain_name       = var.domain_name
  validation_method = "DNS"

  options {
    certificate_transparency_logging_preference = "ENABLED"
  }

  lifecycle {
    create_before_destroy = true
  }
}

data "aws_route53_zone" "this" {
  count = local.has_zone ? 1 : 0

  name = var.dns_zone
}

resource "aws_route53_record" "validation" {
  for_each = toset(local.make_certificate && local.has_zone ? [var.domain_name] : [])

  zone_id         = data.aws_route53_zone.this[0].zone_id
  name            = local.proof[each.key].resource_record_name
  type            = local.proof[each.key].resource_record_type
  records         = [local.proof[each.key].resource_record_value]
  ttl             = 60
  allow_overwrite = true
}

locals {
  proof = {
    for option in flatten(aws_acm_certificate.this[*].domain_validation_options) : option.domain_name => option
  }
}

resource "aws_acm_certificate_validation" "this" {
  count = local.make_certificate ? 1 : 0

  certificate_arn         = aws_acm_certificate.this[0].arn
  validation_record_fqdns = local.has_zone ? [for record in aws_route53_record.validation : record.fqdn] : null
}

resource "aws_route53_record" "app" {
  count = local.has_zone ? 1 : 0

  zone_id = data.aws_route53_zone.this[0].zone_id
  name    = var.domain_name
  type    = "A"

  alias {
    name                   = aws_lb.this.dns_name
    zone_id                = aws_lb.this.zone_id
    evaluate_target_health = true
  }
}
