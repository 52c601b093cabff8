variable "name" {
  description = "Name of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false
}

variable "external" {
  description = "Secrets that a person fills in: the variable's name, and what it is for."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "generated" {
  description = "Names of variables whose secret values are made here and kept nowhere else."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "secrets_version" {
  description = "Raise it by one to make new values of all generated secrets."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.secrets_version >= 1 && floor(var.secrets_version) == var.secrets_version
    error_message = "The version of the secrets is a whole number from 1."
  }
}

variable "encryption_key" {
  description = "The key that encrypts data at rest."
  type        = string
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether a deleted secret can be restored for 30 days."
  type        = bool
  default     = true
  nullable    = false
}
