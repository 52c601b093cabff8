module "mail" {
  source = "../../modules/mail"

  domain       = var.mail_domain == "" ? var.domain_name : var.mail_domain
  dns_zone     = var.dns_zone
  app_identity = module.identity.app
}

locals {
  mail_settings = module.mail.from_address == "" ? {} : {
    MAIL_FROM_ADDRESS = module.mail.from_address
  }
}
