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

variable "worker_count" {
  description = "Number of workers."
  type        = number
  default     = 1
  nullable    = false
}

variable "database_size" {
  description = "Size of the database server: small, medium or large."
  type        = string
  default     = "small"
  nullable    = false
}

variable "database_instance" {
  description = "Server type in the terms of the cloud; empty for the one of database_size."
  type        = string
  default     = ""
  nullable    = false
}

variable "database_storage_gb" {
  description = "Allocated storage, GiB."
  type        = number
  default     = 20
  nullable    = false
}

variable "database_max_storage_gb" {
  description = "Limit of automatic storage growth, GiB."
  type        = number
  default     = 100
  nullable    = false
}

variable "database_high_availability" {
  description = "Standby in a second zone."
  type        = bool
  default     = false
  nullable    = false
}

variable "database_backup_days" {
  description = "Retention of automatic backups, days."
  type        = number
  default     = 7
  nullable    = false
}

variable "database_final_snapshot" {
  description = "Keep a final snapshot and the automatic backups when the server is deleted."
  type        = bool
  default     = true
  nullable    = false
}

variable "database_monitoring_seconds" {
  description = "Interval of detailed measurements of the server, seconds; 0 for none."
  type        = number
  default     = 60
  nullable    = false
}

variable "cache_size" {
  description = "Size of the cache: small, medium or large."
  type        = string
  default     = "small"
  nullable    = false
}

variable "cache_instance" {
  description = "Server type in the terms of the cloud; empty for the one of cache_size."
  type        = string
  default     = ""
  nullable    = false
}

variable "cache_high_availability" {
  description = "Replica in a second zone."
  type        = bool
  default     = false
  nullable    = false
}
