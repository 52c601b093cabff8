variable "name" {
  description = "Name prefix of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false
}

variable "engine_version" {
  description = "PostgreSQL major version; AWS installs minor versions in the maintenance window."
  type        = string
  default     = "17"
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{2}$", var.engine_version))
    error_message = "The version must be a major version, such as 17, because AWS upgrades the minor version."
  }
}

variable "size" {
  description = "Size of the server: small, medium or large."
  type        = string
  default     = "small"
  nullable    = false

  validation {
    condition     = contains(["small", "medium", "large"], var.size)
    error_message = "The size must be small, medium or large."
  }
}

variable "instance" {
  description = "RDS instance class, such as db.m7g.large; empty for the one of the size."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.instance == "" || startswith(var.instance, "db.")
    error_message = "The value must be an RDS instance class, such as db.m7g.large."
  }
}

variable "storage_gb" {
  description = "Allocated storage, GiB."
  type        = number
  default     = 20
  nullable    = false

  validation {
    condition     = var.storage_gb >= 20 && var.storage_gb <= 65536
    error_message = "Storage must be 20 to 65536 GiB."
  }
}

variable "max_storage_gb" {
  description = "Limit of automatic storage growth, GiB."
  type        = number
  default     = 100
  nullable    = false

  validation {
    condition     = var.max_storage_gb >= 20 && var.max_storage_gb <= 65536
    error_message = "The limit of storage must be 20 to 65536 GiB."
  }
}

variable "high_availability" {
  description = "Standby in a second zone."
  type        = bool
  default     = false
  nullable    = false
}

variable "backup_days" {
  description = "Retention of automatic backups, 1 to 35 days."
  type        = number
  default     = 7
  nullable    = false

  validation {
    condition     = var.backup_days >= 1 && var.backup_days <= 35
    error_message = "The retention of backups must be 1 to 35 days."
  }
}

variable "deletion_protection" {
  description = "Protection of the server against deletion; changes wait for the maintenance window."
  type        = bool
  default     = true
  nullable    = false
}

variable "monitoring_seconds" {
  description = "Interval of enhanced monitoring, seconds; 0 for none."
  type        = number
  default     = 60
  nullable    = false

  validation {
    condition     = contains([0, 1, 5, 10, 15, 30, 60], var.monitoring_seconds)
    error_message = "RDS supports intervals of 1, 5, 10, 15, 30 or 60 seconds; 0 switches enhanced monitoring off."
  }
}

# Separate from deletion_protection, which has to be off before the server can be deleted.
variable "final_snapshot" {
  description = "Keep a final snapshot and the automatic backups when the server is deleted."
  type        = bool
  default     = true
  nullable    = false
}

variable "secrets_version" {
  description = "Version of the password; increase by one to generate a new one."
  type        = number
  default     = 1
  nullable    = false
}

variable "subnet_ids" {
  description = "IDs of the data subnets, in at least two zones."
  type        = list(string)
  nullable    = false
}

variable "access_group_id" {
  description = "ID of the database's security group."
  type        = string
  nullable    = false
}

variable "encryption_key" {
  description = "ARN of the KMS key for data at rest."
  type        = string
  nullable    = false
}

variable "log_retention_days" {
  description = "Retention of logs, days."
  type        = number
  default     = 30
  nullable    = false
}
