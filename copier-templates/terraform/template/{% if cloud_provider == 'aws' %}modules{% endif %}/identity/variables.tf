variable "name" {
  description = "Name prefix of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false
}

variable "encryption_key" {
  description = "ARN of the KMS key for data at rest."
  type        = string
  nullable    = false
}
