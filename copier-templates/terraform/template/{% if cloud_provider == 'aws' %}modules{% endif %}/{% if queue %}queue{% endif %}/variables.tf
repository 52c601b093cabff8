variable "name" {
  description = "Name prefix of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false
}

variable "handler_seconds" {
  description = "Maximum processing time of a message, seconds."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.handler_seconds >= 1 && var.handler_seconds <= 7200
    error_message = "The processing time must be 1 to 7200 seconds, a sixth of the maximum visibility timeout of SQS."
  }
}

variable "app_identity" {
  description = "Name of the IAM role of the tasks, which gets permission to send and receive."
  type        = string
  nullable    = false
}

variable "encryption_key" {
  description = "ARN of the KMS key for data at rest."
  type        = string
  nullable    = false
}
