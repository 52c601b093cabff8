# Sizes; terraform.tfvars sets their values, and modules/stack checks them.

variable "app_size" {
  description = "Size of each instance of the application: small, medium or large."
  type        = string
  default     = "small"
  nullable    = false
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
