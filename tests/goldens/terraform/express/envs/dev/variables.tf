# What may differ between environments; terraform.tfvars says what it is here.

variable "region" {
  description = "The cloud's region."
  type        = string
  default     = "us-east-1"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+){1,2}-[1-9]$", var.region))
    error_message = "A region is named like eu-central-1."
  }
}

variable "container_image" {
  description = "The image that runs, with its registry and a tag or a digest; also as TF_VAR_container_image."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^(localhost|[a-z0-9-]+([.][a-z0-9-]+)+|[a-z0-9-]+:[0-9]+)(:[0-9]+)?/", var.container_image))
    error_message = "The image has no registry; name one, such as registry.example.com/team/app:1.4.2."
  }

  validation {
    condition     = can(regex("^$|/[^/]+[:@][^/]+$", var.container_image))
    error_message = "The image has neither a tag nor a digest; name one, such as registry.example.com/team/app:1.4.2."
  }
}

variable "container_architecture" {
  description = "Processor that the image is built for: amd64 or arm64."
  type        = string
  default     = "amd64"
  nullable    = false

  validation {
    condition     = contains(["amd64", "arm64"], var.container_architecture)
    error_message = "An image is built for amd64 or for arm64."
  }
}

variable "domain_name" {
  description = "Public host name of the application; empty for a name of the cloud's own."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^([a-z0-9]([a-z0-9-]*[a-z0-9])?[.])+[a-z]([a-z0-9-]*[a-z0-9])$", var.domain_name))
    error_message = "A domain name is in lower case and without a dot at its end, such as app.example.com."
  }
}

variable "dns_zone" {
  description = "Name of the cloud's public DNS zone that holds the domain name; empty where the DNS is elsewhere."
  type        = string
  default     = ""
  nullable    = false
}

variable "certificate_arn" {
  description = "Certificate of the domain name; empty to have one made and proven in the DNS."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^arn:[a-z-]+:acm:[a-z0-9-]+:[0-9]{12}:certificate/", var.certificate_arn))
    error_message = "A certificate is named by its ARN, such as arn:aws:acm:eu-central-1:123456789012:certificate/1b2c."
  }
}

variable "mail_domain" {
  description = "Domain that mail is sent from; empty for the domain name."
  type        = string
  default     = ""
  nullable    = false
}

variable "web_firewall" {
  description = "Whether a web application firewall stands in front of the load balancer."
  type        = bool
  default     = false
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether data and the load balancer resist deletion."
  type        = bool
  default     = true
  nullable    = false
}

variable "settings" {
  description = "Plain variables of the application; secrets have no place here."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "secrets_version" {
  description = "Raise it by one to make new values of the database's password and of all secrets that are made here."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.secrets_version >= 1 && floor(var.secrets_version) == var.secrets_version
    error_message = "The version of the secrets is a whole number from 1."
  }
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition = contains(
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
      var.log_retention_days,
    )
    error_message = "The cloud keeps logs for 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365 or some greater numbers of days."
  }
}

variable "alarm_email" {
  description = "Where alarms go; empty for nobody."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^[^@ ]+@[^@ ]+[.][^@ ]+$", var.alarm_email))
    error_message = "Alarms go to an e-mail address, such as ops@example.com."
  }
}
