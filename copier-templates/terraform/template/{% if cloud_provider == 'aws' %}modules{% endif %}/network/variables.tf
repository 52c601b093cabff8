variable "name" {
  description = "Name prefix of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false

  # Leaves room for suffixes in names with AWS length limits.
  validation {
    condition     = can(regex("^[a-z](-?[a-z0-9])*$", var.name)) && length(var.name) <= 33
    error_message = "A name must have at most 33 lower-case letters, digits and single hyphens, and begin with a letter."
  }
}

variable "cidr" {
  description = "Private IPv4 range of the network, /16 to /20."
  type        = string
  default     = "10.0.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrsubnet(var.cidr, 4, 0)) && can(regex("/(1[6-9]|20)$", var.cidr))
    error_message = "The network must be an IPv4 range from /16 to /20, such as 10.20.0.0/16."
  }
}

variable "zone_count" {
  description = "Number of availability zones, 2 to 4."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = contains([2, 3, 4], var.zone_count)
    error_message = "The number of availability zones must be 2, 3 or 4."
  }
}

variable "excluded_zone_ids" {
  description = "IDs of availability zones that are not used, such as use1-az3."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for one in var.excluded_zone_ids : can(regex("^[a-z]+[0-9]+-az[0-9]+$", one))])
    error_message = "The ID of an availability zone, such as use1-az3, differs from its name, such as us-east-1c."
  }
}

variable "nat_gateways" {
  description = "NAT gateways: single for one in total, per_zone for one in each zone."
  type        = string
  default     = "single"
  nullable    = false

  validation {
    condition     = contains(["single", "per_zone"], var.nat_gateways)
    error_message = "The value must be single or per_zone."
  }
}

variable "private_endpoints" {
  description = "VPC endpoints for AWS services, to bypass the NAT gateways."
  type        = bool
  default     = false
  nullable    = false
}

variable "app_ports" {
  description = "Ports of the application."
  type        = set(string)
  default     = ["8000"]
  nullable    = false
}

variable "egress_ports" {
  description = "TCP ports besides 443 on which the application connects to other systems."
  type        = set(number)
  default     = []
  nullable    = false
}

variable "encryption_key" {
  description = "ARN of the KMS key for data at rest."
  type        = string
  nullable    = false
}

variable "log_retention_days" {
  description = "Retention of logs, days."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition = contains(
      [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653],
      var.log_retention_days,
    )
    error_message = "CloudWatch supports 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288 or 3653 days."
  }
}
