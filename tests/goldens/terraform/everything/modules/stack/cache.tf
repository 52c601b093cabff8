module "cache" {
  source = "../cache"

  name                = var.name
  size                = var.cache_size
  instance            = var.cache_instance
  high_availability   = var.cache_high_availability
  deletion_protection = var.deletion_protection
  secrets_version     = var.secrets_version
  subnet_ids          = module.network.data_subnet_ids
  access_group_id     = module.network.cache_group_id
  encryption_key      = module.encryption.key
}

variable "cache_size" {
  description = "Size of the cache: small, medium or large."
  type        = string
  default     = "small"
  nullable    = false

  validation {
    condition     = contains(["small", "medium", "large"], var.cache_size)
    error_message = "The size must be small, medium or large."
  }
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

output "cache" {
  description = "Outputs of the module cache."
  value       = module.cache
}
