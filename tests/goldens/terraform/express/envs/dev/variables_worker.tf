variable "worker_count" {
  description = "Number of workers."
  type        = number
  default     = 1
  nullable    = false

  validation {
    condition     = var.worker_count >= 0 && floor(var.worker_count) == var.worker_count
    error_message = "The number is a whole one from 0."
  }
}
