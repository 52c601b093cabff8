variable "name" {
  description = "Name of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false
}

variable "engine_version" {
  description = "PostgreSQL's major version; minor ones are installed in the maintenance window."
  type        = string
  default     = "17"
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{2}$", var.engine_version))
    error_message = "The version is a major one alone, such as 17: a minor one would drift with each upgrade."
  }
}

variable "size" {
  description = "Size of the server: small, medium or large."
  type        = string
  default     = "small"
  nullable    = false

  validation {
    condition     = contains(["small", "medium", "large"], var.size)
    error_message = "A size is small, medium or large."
  }
}

variable "instance" {
  description = "The cloud's own name of a server size, such as db.m7g.large; empty for that of the size."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.instance == "" || startswith(var.instance, "db.")
    error_message = "A database instance is named like db.m7g.large."
  }
}

variable "storage_gb" {
  description = "Allocated storage, GiB."
  type        = number
  default     = 20
  nullable    = false
}

variable "max_storage_gb" {
  description = "How far storage may grow by itself, GiB."
  type        = number
  default     = 100
  nullable    = false
}

variable "high_availability" {
  description = "Whether a standby runs in a second zone."
  type        = bool
  default     = false
  nullable    = false
}

variable "backup_days" {
  description = "Days that automatic backups are kept, 1 to 35."
  type        = number
  default     = 7
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether the server resists deletion, and changes wait for the maintenance window."
  type        = bool
  default     = true
  nullable    = false
}

# Not the same as protection, which is switched off before the server is deleted.
variable "final_snapshot" {
  description = "Whether a deleted server leaves a last snapshot and its automatic backups behind."
  type        = bool
  default     = true
  nullable    = false
}

variable "secrets_version" {
  description = "Raise it by one to make a new password."
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
  description = "The group of those that the application reaches as the database."
  type        = string
  nullable    = false
}

variable "encryption_key" {
  description = "The key that encrypts data at rest."
  type        = string
  nullable    = false
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 30
  nullable    = false
}
