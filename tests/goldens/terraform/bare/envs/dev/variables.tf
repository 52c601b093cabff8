# Variables of the environment, with the rules of its profile. terraform.tfvars sets their values, and modules/stack
# checks them.

variable "container_image" {
  description = "First container image, with its registry and a tag or a digest; also set by TF_VAR_container_image."
  type        = string
  default     = ""
  nullable    = false
}

variable "container_architecture" {
  description = "Processor architecture of the image: amd64 or arm64."
  type        = string
  default     = "amd64"
  nullable    = false
}

variable "container_registry_access" {
  description = "Access to the registry of the image: auto, public if everybody can pull the image, credentials for a secret that is filled manually."
  type        = string
  default     = "auto"
  nullable    = false
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
}

variable "dns_zone" {
  description = "Name of the public DNS zone of the domain name in the cloud; empty if the DNS zone is elsewhere."
  type        = string
  default     = ""
  nullable    = false
}

variable "certificate_arn" {
  description = "ARN of an existing certificate for the domain name; empty to create one that is validated by DNS."
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

variable "web_rate_limit" {
  description = "Requests that one address may send in five minutes, if the web firewall is on; 0 for no limit."
  type        = number
  default     = 10000
  nullable    = false
}

variable "web_firewall" {
  description = "Web application firewall in front of the load balancer."
  type        = bool
  default     = false
  nullable    = false
}

variable "deletion_protection" {
  description = "Protection of data and the load balancer against deletion."
  type        = bool
  default     = true
  nullable    = false
}

locals {
  # Without protection, the files in the buckets are destroyed with them.
  force_destroy = !var.deletion_protection
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
}

variable "log_retention_days" {
  description = "Retention of logs, days."
  type        = number
  default     = 30
  nullable    = false
}

variable "container_metrics" {
  description = "Detailed metrics of the containers: Container Insights."
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
}

variable "network_cidr" {
  description = "Private IPv4 range of the network, /16 to /20."
  type        = string
  default     = "10.0.0.0/16"
  nullable    = false
}

variable "zone_count" {
  description = "Number of availability zones, 2 to 4."
  type        = number
  default     = 2
  nullable    = false
}

variable "excluded_zone_ids" {
  description = "IDs of availability zones that are not used, such as use1-az3."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "egress_ports" {
  description = "TCP ports on which the application connects to other systems, besides 443 and those that settings name."
  type        = set(number)
  default     = []
  nullable    = false
}

variable "nat_gateways" {
  description = "NAT gateways: single for one in total, per_zone for one in each zone."
  type        = string
  default     = "single"
  nullable    = false
}

variable "private_endpoints" {
  description = "Private access to the services of the cloud, to bypass the NAT gateways."
  type        = bool
  default     = false
  nullable    = false
}
