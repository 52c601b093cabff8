# The private network, and its variables.

module "network" {
  source = "../network"

  name               = var.name
  cidr               = var.network_cidr
  zone_count         = var.zone_count
  excluded_zone_ids  = var.excluded_zone_ids
  nat_gateways       = var.nat_gateways
  private_endpoints  = var.private_endpoints
  app_ports          = toset([for entry in local.entry_points : tostring(entry.port)])
  egress_ports       = setunion(var.egress_ports, local.named_ports, local.plain_ports)
  encryption_key     = module.encryption.key
  log_retention_days = var.log_retention_days
}

locals {
  # Addresses of other systems in the settings. Their ports are open for the application, such as 8443 for
  # https://erp.example.com:8443 and 80 for http://erp.example.com.
  addresses = [
    for value in values(var.settings) : lower(value)
    if can(regex("^[a-z][a-z0-9+.-]*://", lower(value))) && !can(regex("^[^/]*//([^/?#]*@)?(localhost|127[.])", lower(value)))
  ]
  named_ports = toset([
    for address in local.addresses : tonumber(regex("^[^/]*//(?:[^/?#]*@)?[^/?#@:]+:([0-9]{1,5})(?:[/?#]|$)", address)[0])
    if can(regex("^[^/]*//(?:[^/?#]*@)?[^/?#@:]+:([0-9]{1,5})(?:[/?#]|$)", address))
  ])
  plain_ports = toset([for address in local.addresses : tonumber("80") if can(regex("^http://[^/?#:]+(?:[/?#]|$)", address))])
}

variable "network_cidr" {
  description = "Private IPv4 range of the network, /16 to /20."
  type        = string
  default     = "10.0.0.0/16"
  nullable    = false

  validation {
    condition     = can(cidrsubnet(var.network_cidr, 4, 0)) && can(regex("^[0-9.]+/(1[6-9]|20)$", var.network_cidr))
    error_message = "The network must be an IPv4 range from /16 to /20, such as 10.20.0.0/16."
  }

  validation {
    condition     = try(cidrsubnet(var.network_cidr, 0, 0), "") == var.network_cidr
    error_message = "The range must begin with its first address, such as 10.20.0.0 with /16."
  }

  validation {
    condition     = can(regex("^(10|192[.]168|172[.](1[6-9]|2[0-9]|3[01])|100[.](6[4-9]|[7-9][0-9]|1[01][0-9]|12[0-7]))[.]", var.network_cidr))
    error_message = "The range must be private: inside 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 or 100.64.0.0/10."
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
  description = "IDs of availability zones that are not used."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "egress_ports" {
  description = "TCP ports on which the application connects to other systems, besides 443 and those that settings name."
  type        = set(number)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for port in var.egress_ports : port >= 1 && port <= 65535 && floor(port) == port])
    error_message = "A port is an integer from 1 to 65535."
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
  description = "Private access to the services of the cloud, to bypass the NAT gateways."
  type        = bool
  default     = false
  nullable    = false
}
