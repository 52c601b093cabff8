variable "domain" {
  description = "Domain that mail is sent from; without one, nothing is made."
  type        = string
  default     = ""
  nullable    = false
}

variable "dns_zone" {
  description = "Name of the cloud's public DNS zone that holds the domain; empty where the DNS is elsewhere."
  type        = string
  default     = ""
  nullable    = false
}

variable "app_identity" {
  description = "The application's identity, which may send."
  type        = string
  nullable    = false
}
