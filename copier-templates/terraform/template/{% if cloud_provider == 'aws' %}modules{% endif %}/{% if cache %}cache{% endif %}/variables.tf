variable "name" {
  description = "Name prefix of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false
}

variable "engine_version" {
  description = "Valkey version of a new cache, major and minor; AWS upgrades the minor version."
  type        = string
  default     = "8.0"
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]+[.][0-9]+$", var.engine_version))
    error_message = "The version must consist of a major and a minor version, such as 8.0."
  }
}

variable "size" {
  description = "Size of the cache: small, medium or large."
  type        = string
  default     = "small"
  nullable    = false

  validation {
    condition     = contains(["small", "medium", "large"], var.size)
    error_message = "The size must be small, medium or large."
  }
}

variable "instance" {
  description = "ElastiCache node type, such as cache.m7g.large; empty for the one of the size."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.instance == "" || startswith(var.instance, "cache.")
    error_message = "The value must be an ElastiCache node type, such as cache.m7g.large."
  }
}

variable "high_availability" {
  description = "Replica in a second zone."
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
  description = "Version of the token; increase by one to generate a new one."
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
  description = "ID of the cache's security group."
  type        = string
  nullable    = false
}

variable "encryption_key" {
  description = "ARN of the KMS key for data at rest."
  type        = string
  nullable    = false
}

variable "url_options" {
  description = "Options at the end of the URL, such as ?ssl_cert_reqs=required; empty for none."
  type        = string
  default     = ""
  nullable    = false
}
