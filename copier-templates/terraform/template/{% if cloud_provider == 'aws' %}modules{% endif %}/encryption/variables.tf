variable "name" {
  description = "Name prefix of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether the deletion of the key can be cancelled for 30 days instead of 7: where data is protected, or a snapshot remains."
  type        = bool
  default     = true
  nullable    = false
}
