variable "domain" {
  description = "Sender domain of mail; empty to create no resources."
  type        = string
  default     = ""
  nullable    = false
}

variable "dns_zone" {
  description = "Name of the public Route 53 zone of the domain; empty if the DNS zone is not in Route 53."
  type        = string
  default     = ""
  nullable    = false
}

variable "app_identity" {
  description = "Name of the IAM role of the tasks, which gets permission to send."
  type        = string
  nullable    = false
}
