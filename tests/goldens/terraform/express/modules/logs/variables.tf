variable "name" {
  description = "Name of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false
}

variable "retention_days" {
  description = "Days that access logs are kept."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.retention_days >= 1
    error_message = "Access logs are kept for at least one day."
  }
}

variable "deletion_protection" {
  description = "Whether a bucket that still holds logs resists deletion."
  type        = bool
  default     = true
  nullable    = false
}
