variable "cache_size" {
  description = "Size of the cache: small, medium or large."
  type        = string
  default     = "small"
  nullable    = false

  validation {
    condition     = contains(["small", "medium", "large"], var.cache_size)
    error_message = "A size is small, medium or large."
  }
}

variable "cache_instance" {
  description = "The cloud's own name of a cache size, such as cache.m7g.large; empty for that of cache_size."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = var.cache_instance == "" || startswith(var.cache_instance, "cache.")
    error_message = "It is named like cache.m7g.large."
  }
}

variable "cache_high_availability" {
  description = "Whether a replica runs in a second zone."
  type        = bool
  default     = false
  nullable    = false
}
