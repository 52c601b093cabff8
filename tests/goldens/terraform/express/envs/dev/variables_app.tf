variable "app_size" {
  description = "Size of each copy of the application: small, medium or large."
  type        = string
  default     = "small"
  nullable    = false

  validation {
    condition     = contains(["small", "medium", "large"], var.app_size)
    error_message = "A size is small, medium or large."
  }
}

variable "app_cpu" {
  description = "CPU units of each copy, 1024 to a processor; 0 for those of app_size."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = contains([0, 256, 512, 1024, 2048, 4096, 8192, 16384], var.app_cpu)
    error_message = "CPU units are 256, 512, 1024, 2048, 4096, 8192 or 16384, or 0 for those of the size."
  }
}

variable "app_memory_mb" {
  description = "Memory of each copy, MiB; 0 for that of app_size."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.app_memory_mb == 0 || (var.app_memory_mb >= 512 && var.app_memory_mb % 512 == 0)
    error_message = "Memory is a multiple of 512 MiB, or 0 for that of the size."
  }
}

variable "app_min_count" {
  description = "Smallest number of copies."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.app_min_count >= 0 && floor(var.app_min_count) == var.app_min_count
    error_message = "The number is a whole one from 0."
  }
}

variable "app_max_count" {
  description = "Largest number of copies."
  type        = number
  default     = 2
  nullable    = false

  validation {
    condition     = var.app_max_count >= 1 && floor(var.app_max_count) == var.app_max_count
    error_message = "The number is a whole one from 1."
  }
}

variable "worker_size" {
  description = "Size of what runs beside the application: small, medium or large."
  type        = string
  default     = "small"
  nullable    = false

  validation {
    condition     = contains(["small", "medium", "large"], var.worker_size)
    error_message = "A size is small, medium or large."
  }
}

variable "worker_cpu" {
  description = "CPU units of what runs beside it, 1024 to a processor; 0 for those of worker_size."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = contains([0, 256, 512, 1024, 2048, 4096, 8192, 16384], var.worker_cpu)
    error_message = "CPU units are 256, 512, 1024, 2048, 4096, 8192 or 16384, or 0 for those of the size."
  }
}

variable "worker_memory_mb" {
  description = "Memory of what runs beside it, MiB; 0 for that of worker_size."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.worker_memory_mb == 0 || (var.worker_memory_mb >= 512 && var.worker_memory_mb % 512 == 0)
    error_message = "Memory is a multiple of 512 MiB, or 0 for that of the size."
  }
}
