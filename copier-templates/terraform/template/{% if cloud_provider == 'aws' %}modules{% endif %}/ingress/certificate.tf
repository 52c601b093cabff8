# Uses the given certificate. Otherwise creates one that is validated by a DNS record: in Route 53 if the zone is there,
# else created manually (the apply waits for it).

data "aws_region" "current" {
  lifecycle {
    postcondition {
      condition     = try(split(":", var.certificate_id)[3], self.region) == self.region
      error_message = "The certificate is not in the region of the environment, ${self.region}. A load balancer requires a certificate of its own region: issue one there, and name it as certificate_arn."
    }

    postcondition {
      condition     = var.dns_zone == "" || var.domain_name == "" || endswith(".${var.domain_name}", ".${var.dns_zone}")
      error_message = "The DNS zone does not contain the domain name. Name the zone of the cloud that contains it, or leave dns_zone empty if the DNS is elsewhere."
    }

    postcondition {
      condition     = var.tenant_domain == "" || var.domain_name != ""
      error_message = "tenant_domain requires domain_name."
    }
  }
}

locals {
  make_certificate = local.public && var.certificate_id == ""
  has_zone         = local.public && var.dns_zone != ""
  has_tenants      = local.public && var.tenant_domain != ""
  certificate      = local.make_certificate ? one(aws_acm_certificate_validation.this[*].certificate_arn) : var.certificate_id

  # Host names of the application: its own one, and one below tenant_domain for each tenant.
  hosts = local.public ? concat([var.domain_name], local.has_tenants ? ["*.${var.tenant_domain}"] : []) : []

  # Domain names with a validation record; a domain and all names below it have the same one.
  validated = local.make_certificate ? distinct([for host in local.hosts : trimprefix(host, "*.")]) : []
}

resource "aws_acm_certificate" "this" {
  count = local.make_certificate ? 1 : 0

  domain_name               = var.domain_name
  subject_alternative_names = local.has_tenants ? ["*.${var.tenant_domain}"] : null
  validation_method         = "DNS"

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
  for_each = toset(local.has_zone ? local.validated : [])

  zone_id         = data.aws_route53_zone.this[0].zone_id
  name            = local.proof[each.key][0].resource_record_name
  type            = local.proof[each.key][0].resource_record_type
  records         = [local.proof[each.key][0].resource_record_value]
  ttl             = 60
  allow_overwrite = true
}

locals {
  # Records that prove the ownership of each domain name.
  proof = {
    for option in flatten(aws_acm_certificate.this[*].domain_validation_options) :
    trimprefix(option.domain_name, "*.") => option...
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

# Host names of the tenants: one record for all names below the domain. The certificate contains the same name.
resource "aws_route53_record" "tenants" {
  count = local.has_tenants && local.has_zone ? 1 : 0

  zone_id = data.aws_route53_zone.this[0].zone_id
  name    = "*.${var.tenant_domain}"
  type    = "A"

  alias {
    name                   = aws_lb.this.dns_name
    zone_id                = aws_lb.this.zone_id
    evaluate_target_health = true
  }

  lifecycle {
    precondition {
      condition     = endswith(".${var.tenant_domain}", ".${var.dns_zone}")
      error_message = "tenant_domain ${var.tenant_domain} is not in dns_zone ${var.dns_zone}."
    }
  }
}
