variable "app_size" {
  description = "Size of each instance of the application: small, medium or large."
  type        = string
  default     = "small"
  nullable    = false

  validation {
    condition     = contains(["small", "medium", "large"], var.app_size)
    error_message = "The size must be small, medium or large."
  }
}

variable "app_cpu" {
  description = "CPU units of each instance, 1024 per vCPU; 0 for the value of app_size."
  type        = number
  default     = 0
  nullable    = false
}

variable "app_memory_mb" {
  description = "Memory of each instance, MiB; 0 for the value of app_size."
  type        = number
  default     = 0
  nullable    = false
}

variable "app_min_count" {
  description = "Minimum number of instances."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.app_min_count >= 0 && floor(var.app_min_count) == var.app_min_count
    error_message = "The number must be an integer of at least 0."
  }
}

variable "app_max_count" {
  description = "Maximum number of instances."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = var.app_max_count >= 1 && floor(var.app_max_count) == var.app_max_count
    error_message = "The number must be an integer of at least 1."
  }
}

variable "worker_size" {
  description = "Size of the background tasks: small, medium or large."
  type        = string
  default     = "small"
  nullable    = false

  validation {
    condition     = contains(["small", "medium", "large"], var.worker_size)
    error_message = "The size must be small, medium or large."
  }
}

variable "worker_cpu" {
  description = "CPU units of the background tasks, 1024 per vCPU; 0 for the value of worker_size."
  type        = number
  default     = 0
  nullable    = false
}

variable "worker_memory_mb" {
  description = "Memory of the background tasks, MiB; 0 for the value of worker_size."
  type        = number
  default     = 0
  nullable    = false
}
