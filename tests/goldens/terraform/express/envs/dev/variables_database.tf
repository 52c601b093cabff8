variable "database_size" {
  description = "Size of the database server: small, medium or large."
  type        = string
  default     = "small"
  nullable    = false

  validation {
    condition     = contains(["small", "medium", "large"], var.database_size)
    error_message = "A size is small, medium or large."
  }
}

variable "database_instance" {
  description = "The cloud's own name of a server size, such as db.m7g.large; empty for that of database_size."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.database_instance == "" || startswith(var.database_instance, "db.")
    error_message = "It is named like db.m7g.large."
  }
}

variable "database_storage_gb" {
  description = "Allocated storage, GiB."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.database_storage_gb >= 20 && var.database_storage_gb <= 65536
    error_message = "A database has 20 to 65536 GiB."
  }
}

variable "database_max_storage_gb" {
  description = "How far storage may grow by itself, GiB."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.database_max_storage_gb >= 20 && var.database_max_storage_gb <= 65536
    error_message = "A database grows to 20 to 65536 GiB."
  }
}

variable "database_high_availability" {
  description = "Whether a standby runs in a second zone."
  type        = bool
  default     = false
  nullable    = false
}

variable "database_backup_days" {
  description = "Days that automatic backups are kept."
  type        = number
  default     = 7
  nullable    = false

  validation {
    condition     = var.database_backup_days >= 1 && var.database_backup_days <= 35
    error_message = "Backups are kept for 1 to 35 days."
  }
}

variable "database_final_snapshot" {
  description = "Whether a deleted server leaves a last snapshot and its automatic backups behind."
  type        = bool
  default     = true
  nullable    = false
}
