variable "name" {
  description = "Name prefix of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false
}

variable "alarm_email" {
  description = "E-mail address for alarms; empty for no notifications."
  type        = string
  default     = ""
  nullable    = false
}

variable "load_balancer_id" {
  description = "ARN suffix of the load balancer, for metrics."
  type        = string
  nullable    = false
}

variable "target_ids" {
  description = "ARN suffix of the target group of each entry point, for metrics."
  type        = map(string)
  nullable    = false
}

variable "cluster" {
  description = "Name of the ECS cluster."
  type        = string
  nullable    = false
}

variable "services" {
  description = "Names of the ECS services."
  type        = set(string)
  nullable    = false
}

variable "minimum_counts" {
  description = "Minimum number of running tasks of each service; without an entry for services that do not run yet."
  type        = map(number)
  nullable    = false
}

variable "container_metrics" {
  description = "Whether the cluster reports the metrics of Container Insights."
  type        = bool
  default     = true
  nullable    = false
}

variable "encryption_key" {
  description = "ARN of the KMS key for data at rest."
  type        = string
  nullable    = false
}
