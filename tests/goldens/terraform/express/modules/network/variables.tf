variable "name" {
  description = "Name of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false

  # Some of the cloud's names end in more than this one, and others are shorter than that.
  validation {
    condition     = can(regex("^[a-z](-?[a-z0-9])*$", var.name)) && length(var.name) <= 33
    error_message = "A name has at most 33 lower-case letters, digits and single hyphens, and begins with a letter."
  }
}

variable "cidr" {
  description = "The network's private IPv4 range, /16 to /20."
  type        = string
  default     = "10.0.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrsubnet(var.cidr, 4, 0)) && can(regex("/(1[6-9]|20)$", var.cidr))
    error_message = "The network is an IPv4 range from /16 to /20, such as 10.20.0.0/16."
  }
}

variable "zone_count" {
  description = "Number of availability zones, 2 to 4."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = contains([2, 3, 4], var.zone_count)
    error_message = "A network spans 2, 3 or 4 availability zones."
  }
}

variable "nat_gateways" {
  description = "NAT gateways: single for one, per_zone for one in each zone."
  type        = string
  default     = "single"
  nullable    = false

  validation {
    condition     = contains(["single", "per_zone"], var.nat_gateways)
    error_message = "There is a single NAT gateway, or one per_zone."
  }
}

variable "private_endpoints" {
  description = "Whether the cloud's own services are reached without the NAT gateways."
  type        = bool
  default     = false
  nullable    = false
}

variable "app_ports" {
  description = "Ports that the application listens on."
  type        = set(string)
  default     = ["8000"]
  nullable    = false
}

variable "encryption_key" {
  description = "The key that encrypts data at rest."
  type        = string
  nullable    = false
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 30
  nullable    = false
}
