variable "name" {
  description = "Name prefix of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false
}

variable "buckets" {
  description = "Names of the variables that contain a bucket name."
  type        = set(string)
  default     = ["STORAGE_BUCKET"]
  nullable    = false
}

variable "version_days" {
  description = "Retention of overwritten and deleted objects, days."
  type        = number
  default     = 30
  nullable    = false

  validation {
    condition     = var.version_days >= 1
    error_message = "The retention of overwritten objects must be at least one day."
  }
}

variable "app_url" {
  description = "Address of the application, from which browsers may upload files."
  type        = string
  nullable    = false
}

variable "app_identity" {
  description = "Name of the IAM role of the tasks, which gets permission to read and write."
  type        = string
  nullable    = false
}

variable "logs_bucket" {
  description = "Name of the access log bucket."
  type        = string
  nullable    = false
}

variable "force_destroy" {
  description = "Whether the destruction of a bucket also deletes the files in it."
  type        = bool
  default     = false
  nullable    = false
}

variable "encryption_key" {
  description = "ARN of the KMS key for data at rest."
  type        = string
  nullable    = false
}
