variable "region" {
  description = "Region of the bucket; the environments may be in others."
  type        = string
  default     = "us-east-1"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+){1,2}-[1-9]$", var.region))
    error_message = "A region is named like eu-central-1."
  }
}
