variable "name" {
  description = "Name of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false
}

variable "handler_seconds" {
  description = "How long the application may work on one message, seconds."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = var.handler_seconds >= 1 && var.handler_seconds <= 7200
    error_message = "A message is worked on for 1 to 7200 seconds: a sixth of the twelve hours that it can stay hidden."
  }
}

variable "app_identity" {
  description = "The application's identity, which may send and receive."
  type        = string
  nullable    = false
}

variable "encryption_key" {
  description = "The key that encrypts data at rest."
  type        = string
  nullable    = false
}
