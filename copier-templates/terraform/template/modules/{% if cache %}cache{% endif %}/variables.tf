variable "name" {
  description = "Name of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false
}

variable "engine_version" {
  description = "Valkey's version when the cache is made, major and minor; the cloud raises the minor one."
  type        = string
  default     = "8.0"
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]+[.][0-9]+$", var.engine_version))
    error_message = "The version is a major and a minor one, such as 8.0."
  }
}

variable "size" {
  description = "Size of the cache: small, medium or large."
  type        = string
  default     = "small"
  nullable    = false

  validation {
    condition     = contains(["small", "medium", "large"], var.size)
    error_message = "A size is small, medium or large."
  }
}

variable "instance" {
  description = "The cloud's own name of a cache size, such as cache.m7g.large; empty for that of the size."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.instance == "" || startswith(var.instance, "cache.")
    error_message = "A cache instance is named like cache.m7g.large."
  }
}

variable "high_availability" {
  description = "Whether a replica runs in a second zone."
  type        = bool
  default     = false
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether changes wait for the maintenance window, and a deleted secret can be restored."
  type        = bool
  default     = true
  nullable    = false
}

variable "secrets_version" {
  description = "Raise it by one to make a new token."
  type        = number
  default     = 1
  nullable    = false
}

variable "subnet_ids" {
  description = "Subnets of what keeps data, in two zones at least."
  type        = list(string)
  nullable    = false
}

variable "access_group_id" {
  description = "The group of those that the application reaches as the cache."
  type        = string
  nullable    = false
}

variable "encryption_key" {
  description = "The key that encrypts data at rest."
  type        = string
  nullable    = false
}
