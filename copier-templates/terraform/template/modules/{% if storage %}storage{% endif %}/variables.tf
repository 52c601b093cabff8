variable "name" {
  description = "Name of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false
}

variable "buckets" {
  description = "Names of the application's variables that each hold the name of a bucket."
  type        = set(string)
  default     = ["STORAGE_BUCKET"]
  nullable    = false
}

variable "version_days" {
  description = "Days that an overwritten or deleted object can be brought back."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.version_days >= 1
    error_message = "An overwritten object is kept for at least one day."
  }
}

variable "app_url" {
  description = "Where browsers find the application, which may send files from there."
  type        = string
  nullable    = false
}

variable "app_identity" {
  description = "The application's identity, which may read and write."
  type        = string
  nullable    = false
}

variable "logs_bucket" {
  description = "The bucket that access logs go to."
  type        = string
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether a bucket that still holds files resists deletion."
  type        = bool
  default     = true
  nullable    = false
}

variable "encryption_key" {
  description = "The key that encrypts data at rest."
  type        = string
  nullable    = false
}
