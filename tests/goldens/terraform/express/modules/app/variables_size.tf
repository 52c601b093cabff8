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
  description = "CPU units of each copy, 1024 to a processor; 0 for those of the size."
  type        = number
  default     = 0
  nullable    = false
}

variable "app_memory_mb" {
  description = "Memory of each copy, MiB; 0 for that of the size."
  type        = number
  default     = 0
  nullable    = false
}

variable "app_min_count" {
  description = "Smallest number of copies."
  type        = number
  default     = 1
  nullable    = false
}

variable "app_max_count" {
  description = "Largest number of copies."
  type        = number
  default     = 2
  nullable    = false
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
  description = "CPU units of what runs beside it; 0 for those of the size."
  type        = number
  default     = 0
  nullable    = false
}

variable "worker_memory_mb" {
  description = "Memory of what runs beside it, MiB; 0 for that of the size."
  type        = number
  default     = 0
  nullable    = false
}
