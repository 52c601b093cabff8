variable "region" {
  description = "AWS region."
  type        = string
  default     = "us-east-1"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+){1,2}-[1-9]$", var.region))
    error_message = "The value must be an AWS region, such as eu-central-1."
  }
}

variable "account_id" {
  description = "Number of the account; credentials of another account are refused. Empty for no check."
  type        = string
  default     = ""
  nullable    = false

  validation {
    condition     = can(regex("^([0-9]{12})?$", var.account_id))
    error_message = "The number of an account has 12 digits, such as 123456789012."
  }
}

provider "aws" {
  region              = var.region
  allowed_account_ids = var.account_id == "" ? null : [var.account_id]

  default_tags {
    tags = {
      Application = "all-of-it-and-a-long"
      Environment = "dev"
      ManagedBy   = "terraform"
    }
  }
}
