variable "name" {
  description = "Name prefix of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false
}

variable "retention_days" {
  description = "Retention of access logs, days."
  type        = number
  default     = 90
  nullable    = false

  validation {
    condition     = var.retention_days >= 1
    error_message = "The retention of access logs must be at least one day."
  }
}

variable "force_destroy" {
  description = "Whether the destruction of a bucket also deletes the logs in it."
  type        = bool
  default     = false
  nullable    = false
}
