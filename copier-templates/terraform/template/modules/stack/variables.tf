# Variables of the stack, with the rules for their values; an environment sets them.

variable "name" {
  description = "Name prefix of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false
}

variable "container_image" {
  description = "First container image, with its registry and a tag or a digest; also set by TF_VAR_container_image."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^(localhost|[a-z0-9-]+([.][a-z0-9-]+)+|[a-z0-9-]+:[0-9]+)(:[0-9]+)?/", var.container_image))
    error_message = "The image must include a registry, such as registry.example.com/team/app:1.4.2."
  }

  validation {
    condition     = can(regex("^$|/[^/]+[:@][^/]+$", var.container_image))
    error_message = "The image must include a tag or a digest, such as registry.example.com/team/app:1.4.2."
  }
}

variable "container_architecture" {
  description = "Processor architecture of the image: amd64 or arm64."
  type        = string
  default     = "amd64"
  nullable    = false

  validation {
    condition     = contains(["amd64", "arm64"], var.container_architecture)
    error_message = "The architecture must be amd64 or arm64."
  }
}

variable "container_registry_access" {
  description = "Access to the registry of the image: auto, public if everybody can pull the image, credentials for a secret that is filled manually."
  type        = string
  default     = "auto"
  nullable    = false

  validation {
    condition     = contains(["auto", "public", "credentials"], var.container_registry_access)
    error_message = "The access must be auto, public or credentials."
  }
}

variable "start_services" {
  description = "Whether services and schedules run; false for the first apply, until secrets are set and the database is migrated."
  type        = bool
  default     = true
  nullable    = false
}

variable "domain_name" {
  description = "Public host name of the application; empty for a host name of the cloud."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^([a-z0-9]([a-z0-9-]*[a-z0-9])?[.])+[a-z]([a-z0-9-]*[a-z0-9])$", var.domain_name))
    error_message = "A domain name must be in lower case, without a dot at the end, such as app.example.com."
  }
}

variable "dns_zone" {
  description = "Name of the public DNS zone of the domain name in the cloud; empty if the DNS zone is elsewhere."
  type        = string
  default     = ""
  nullable    = false
}

variable "certificate_id" {
  description = "ID of an existing certificate for the domain name; empty to create one that is validated by DNS."
  type        = string
  default     = ""
  nullable    = false
}

variable "tenant_domain" {
  description = "Domain below which each tenant has a host name; empty if this environment serves none of them."
  type        = string
  default     = ""
  nullable    = false
}

variable "web_firewall" {
  description = "Web application firewall in front of the load balancer."
  type        = bool
  default     = false
  nullable    = false
}

variable "web_rate_limit" {
  description = "Requests that one address may send in five minutes, if the web firewall is on; 0 for no limit."
  type        = number
  default     = 10000
  nullable    = false

  validation {
    condition     = var.web_rate_limit == 0 || (var.web_rate_limit >= 10 && var.web_rate_limit <= 2000000000)
    error_message = "The limit must be 10 to 2,000,000,000 requests, or 0 for no limit."
  }
}

variable "deletion_protection" {
  description = "Protection of data and the load balancer against deletion."
  type        = bool
  default     = true
  nullable    = false
}

variable "force_destroy" {
  description = "Whether the destruction of the environment also deletes the files in its buckets, and the access logs."
  type        = bool
  default     = false
  nullable    = false
}

variable "settings" {
  description = "Variables of the application, without secrets."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "secrets_version" {
  description = "Version of the generated secrets and passwords; increase by one to generate new values."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.secrets_version >= 1 && floor(var.secrets_version) == var.secrets_version
    error_message = "The version of the secrets must be an integer of at least 1."
  }
}

variable "log_retention_days" {
  description = "Retention of logs, days."
  type        = number
  default     = 30
  nullable    = false
}

variable "container_metrics" {
  description = "Detailed metrics of the containers."
  type        = bool
  default     = true
  nullable    = false
}

variable "shell_access" {
  description = "Whether people can open a shell in a one-off task, and through it a tunnel to the database: they can read the secrets."
  type        = bool
  default     = false
  nullable    = false
}

variable "alarm_email" {
  description = "E-mail address for alarms; empty for no notifications."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^[^@ ]+@[^@ ]+[.][^@ ]+$", var.alarm_email))
    error_message = "The value must be an e-mail address, such as ops@example.com."
  }
}
