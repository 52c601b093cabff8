variable "name" {
  description = "Name prefix of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false
}

variable "external" {
  description = "Secrets that are set manually: variable names with their purpose."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "generated" {
  description = "Names of the variables with generated secret values."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "secrets_version" {
  description = "Version of the generated secrets; increase by one to generate new values."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.secrets_version >= 1 && floor(var.secrets_version) == var.secrets_version
    error_message = "The version of the secrets must be an integer of at least 1."
  }
}

variable "encryption_key" {
  description = "ARN of the KMS key for data at rest."
  type        = string
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether a deleted secret can be restored for 30 days."
  type        = bool
  default     = true
  nullable    = false
}
