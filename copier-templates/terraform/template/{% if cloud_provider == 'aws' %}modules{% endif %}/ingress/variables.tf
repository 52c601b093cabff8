variable "name" {
  description = "Name prefix of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false
}

variable "entry_points" {
  description = "Entry points, by name: port, health check path, which returns status 200, URL path, and when a proxy runs beside the application: always, without_domain or never."
  type = map(object({
    port        = number
    health_path = string
    path        = string
    proxy       = optional(string, "without_domain")
  }))
  nullable = false

  validation {
    condition     = alltrue([for entry in values(var.entry_points) : contains(["always", "without_domain", "never"], entry.proxy)])
    error_message = "The proxy must be always, without_domain or never."
  }

  validation {
    condition     = contains(keys(var.entry_points), "web")
    error_message = "The entry points must include web, which serves all paths of no other entry point."
  }
}

variable "domain_name" {
  description = "Public host name of the application; empty for a CloudFront host name."
  type        = string
  default     = ""
  nullable    = false
}

variable "dns_zone" {
  description = "Name of the public Route 53 zone of the domain name; empty if the DNS zone is not in Route 53."
  type        = string
  default     = ""
  nullable    = false
}

variable "certificate_id" {
  description = "ARN of an ACM certificate for the domain name; empty to create one that is validated by DNS."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^$|^arn:[a-z-]+:acm:[a-z0-9-]+:[0-9]{12}:certificate/", var.certificate_id))
    error_message = "The value must be the ARN of a certificate, such as arn:aws:acm:eu-central-1:123456789012:certificate/1b2c."
  }
}

variable "web_firewall" {
  description = "Web application firewall in front of the load balancer."
  type        = bool
  default     = false
  nullable    = false
}

variable "deletion_protection" {
  description = "Protection of the load balancer against deletion."
  type        = bool
  default     = true
  nullable    = false
}

variable "network_id" {
  description = "ID of the VPC."
  type        = string
  nullable    = false
}

variable "public_subnet_ids" {
  description = "IDs of the public subnets, in at least two zones."
  type        = list(string)
  nullable    = false
}

variable "private_subnet_ids" {
  description = "IDs of the private subnets, in at least two zones."
  type        = list(string)
  nullable    = false
}

variable "access_group_id" {
  description = "ID of the load balancer's security group."
  type        = string
  nullable    = false
}

variable "app_group_id" {
  description = "ID of the application's security group."
  type        = string
  nullable    = false
}

variable "logs_bucket" {
  description = "Name of the access log bucket."
  type        = string
  nullable    = false
}

variable "log_retention_days" {
  description = "Retention of logs, days."
  type        = number
  default     = 30
  nullable    = false
}

variable "encryption_key" {
  description = "ARN of the KMS key for data at rest."
  type        = string
  nullable    = false
}

variable "web_rate_limit" {
  description = "Requests that one address may send in five minutes, if the web firewall is on; 0 for no limit."
  type        = number
  default     = 10000
  nullable    = false
}

variable "webhook_paths" {
  description = "Beginnings of the URL paths at which other systems call the application; the limit does not apply to them."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "tenant_domain" {
  description = "Domain below which each tenant has a host name; empty if tenants have none."
  type        = string
  default     = ""
  nullable    = false
}
