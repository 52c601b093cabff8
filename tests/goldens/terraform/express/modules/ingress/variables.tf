variable "name" {
  description = "Name of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false
}

variable "entry_points" {
  description = "What listens, by name: its port, the path that answers 200 while it lives, and its URL path."
  type = map(object({
    port        = number
    health_path = string
    path        = string
  }))
  nullable = false

  validation {
    condition     = contains(keys(var.entry_points), "web")
    error_message = "One of the entry points is web, which answers where no other does."
  }
}

variable "domain_name" {
  description = "Public host name of the application; empty for a name of the cloud's own."
  type        = string
  default     = ""
  nullable    = false
}

variable "dns_zone" {
  description = "Name of the cloud's public DNS zone that holds the domain name; empty where the DNS is elsewhere."
  type        = string
  default     = ""
  nullable    = false
}

variable "certificate_arn" {
  description = "Certificate of the domain name; empty to have one made and validated by DNS."
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
  description = "Whether the load balancer resists deletion."
  type        = bool
  default     = true
  nullable    = false
}

variable "network_id" {
  description = "The network."
  type        = string
  nullable    = false
}

variable "public_subnet_ids" {
  description = "Subnets of what the internet reaches, in two zones at least."
  type        = list(string)
  nullable    = false
}

variable "private_subnet_ids" {
  description = "Subnets of the application, in two zones at least."
  type        = list(string)
  nullable    = false
}

variable "access_group_id" {
  description = "The group of the load balancer."
  type        = string
  nullable    = false
}

variable "logs_bucket" {
  description = "The bucket that access logs go to."
  type        = string
  nullable    = false
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 30
  nullable    = false
}

variable "encryption_key" {
  description = "The key that encrypts data at rest."
  type        = string
  nullable    = false
}
