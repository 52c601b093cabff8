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
  description = "CPU units of each instance, 1024 per vCPU; 0 for the value of the size."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = contains([0, 256, 512, 1024, 2048, 4096, 8192, 16384], var.app_cpu)
    error_message = "CPU units must be 256, 512, 1024, 2048, 4096, 8192 or 16384, or 0 for the value of the size."
  }
}

variable "app_memory_mb" {
  description = "Memory of each instance, MiB; 0 for the value of the size."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.app_memory_mb == 0 || (var.app_memory_mb >= 512 && var.app_memory_mb % 512 == 0)
    error_message = "Memory must be a multiple of 512 MiB, or 0 for the value of the size."
  }
}

variable "app_min_count" {
  description = "Minimum number of instances."
  type        = number
  default     = 1
  nullable    = false
}

variable "app_max_count" {
  description = "Maximum number of instances."
  type        = number
  default     = 2
  nullable    = false
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
  description = "CPU units of the background tasks; 0 for the value of the size."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = contains([0, 256, 512, 1024, 2048, 4096, 8192, 16384], var.worker_cpu)
    error_message = "CPU units must be 256, 512, 1024, 2048, 4096, 8192 or 16384, or 0 for the value of the size."
  }
}

variable "worker_memory_mb" {
  description = "Memory of the background tasks, MiB; 0 for the value of the size."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.worker_memory_mb == 0 || (var.worker_memory_mb >= 512 && var.worker_memory_mb % 512 == 0)
    error_message = "Memory must be a multiple of 512 MiB, or 0 for the value of the size."
  }
}
