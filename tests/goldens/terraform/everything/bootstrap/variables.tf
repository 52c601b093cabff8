variable "region" {
  description = "Region of the state bucket; environments can be in other regions."
  type        = string
  default     = "eu-west-1"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+){1,2}-[1-9]$", var.region))
    error_message = "The value must be an AWS region, such as eu-central-1."
  }
}

variable "create_repository" {
  description = "Whether a repository for the image of the application is created."
  type        = bool
  default     = true
  nullable    = false
}

variable "platforms" {
  description = "Platforms of the image: those of container_architecture in the environments."
  type        = set(string)
  default     = ["linux/amd64", "linux/arm64"]
  nullable    = false

  validation {
    condition     = length(var.platforms) > 0 && length(setsubtract(var.platforms, ["linux/amd64", "linux/arm64"])) == 0
    error_message = "The platforms must be linux/amd64, linux/arm64 or both."
  }
}

variable "account_ids" {
  description = "Accounts in which the bucket may be created; empty for any."
  type        = set(string)
  default     = ["123456789012"]
  nullable    = false

  validation {
    condition     = alltrue([for one in var.account_ids : can(regex("^[0-9]{12}$", one))])
    error_message = "An account is a number of 12 digits, such as 123456789012."
  }
}
