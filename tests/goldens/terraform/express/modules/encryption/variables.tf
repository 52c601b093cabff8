variable "name" {
  description = "Name of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether a deleted key can be saved for 30 days instead of 7."
  type        = bool
  default     = true
  nullable    = false
}
