variable "name" {
  description = "Name of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false
}

variable "alarm_email" {
  description = "Where alarms go; empty for nobody."
  type        = string
  default     = ""
  nullable    = false
}

variable "load_balancer_id" {
  description = "The load balancer, as its metrics name it."
  type        = string
  nullable    = false
}

variable "target_ids" {
  description = "Where the copies of each entry point register, as the metrics name it."
  type        = map(string)
  nullable    = false
}

variable "cluster" {
  description = "Where the application runs."
  type        = string
  nullable    = false
}

variable "services" {
  description = "Names of what runs without end."
  type        = set(string)
  nullable    = false
}

variable "encryption_key" {
  description = "The key that encrypts data at rest."
  type        = string
  nullable    = false
}
