variable "network_cidr" {
  description = "The network's private IPv4 range, /16 to /20."
  type        = string
  default     = "10.0.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrsubnet(var.network_cidr, 4, 0)) && can(regex("^[0-9.]+/(1[6-9]|20)$", var.network_cidr))
    error_message = "The network is an IPv4 range from /16 to /20, such as 10.20.0.0/16."
  }

  validation {
    condition     = try(cidrsubnet(var.network_cidr, 0, 0), "") == var.network_cidr
    error_message = "The range begins with its first address, such as 10.20.0.0 with /16."
  }

  validation {
    condition     = can(regex("^(10|192[.]168|172[.](1[6-9]|2[0-9]|3[01])|100[.](6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7]))[.]", var.network_cidr))
    error_message = "The range is private: inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10."
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
