variable "name" {
  description = "Name prefix of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false
}

variable "container_image" {
  description = "First container image of all tasks, with its registry and a tag or a digest."
  type        = string
  default     = ""
  nullable    = false
}

variable "container_architecture" {
  description = "Processor architecture of the image: amd64 or arm64."
  type        = string
  default     = "amd64"
  nullable    = false

  validation {
    condition     = contains(["amd64", "arm64"], var.container_architecture)
    error_message = "The architecture must be amd64 or arm64."
  }
}

variable "container_user" {
  description = "Numeric user and group of the application, as in the image."
  type        = string
  default     = "10001:10001"
  nullable    = false

  validation {
    condition     = can(regex("^[1-9][0-9]*:[1-9][0-9]*$", var.container_user))
    error_message = "The value must be a non-root user and group, such as 10001:10001."
  }
}

variable "writable_paths" {
  description = "Writable paths of the container, by volume name."
  type        = map(string)
  default     = { state = "/app/.dazzle", temporary = "/tmp" }
  nullable    = false
}

variable "has_python" {
  description = "Whether the image contains Python, for the container health check; otherwise only the load balancer checks health."
  type        = bool
  default     = true
  nullable    = false
}

variable "entry_points" {
  description = "Entry points, by name: command, port, health check path, which returns status 200, host that the application accepts there (empty for any), and whose X-Forwarded-* headers the server uses (network or any)."
  type = map(object({
    command        = list(string)
    port           = number
    health_path    = string
    health_host    = optional(string, "")
    forwarded_from = optional(string, "network")
  }))
  nullable = false

  validation {
    condition     = alltrue([for entry in values(var.entry_points) : contains(["network", "any"], entry.forwarded_from)])
    error_message = "forwarded_from must be network or any."
  }
}

variable "background_commands" {
  description = "Commands of the tasks without a port, by name."
  type        = map(list(string))
  default     = {}
  nullable    = false
}

variable "services" {
  description = "Names of the long-running processes: the entry points, and the worker."
  type        = list(string)
  nullable    = false
}

variable "settings" {
  description = "Variables of the application, without secrets."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "secret_ids" {
  description = "ARN of the secret for each secret variable of the application."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "target_ids" {
  description = "ARN of the target group of each entry point."
  type        = map(string)
  nullable    = false
}

variable "subnet_ids" {
  description = "IDs of the private subnets, for the application."
  type        = list(string)
  nullable    = false
}

variable "access_group_id" {
  description = "ID of the application's security group."
  type        = string
  nullable    = false
}

variable "app_identity_id" {
  description = "ARN of the IAM role of the tasks."
  type        = string
  nullable    = false
}

variable "encryption_key" {
  description = "ARN of the KMS key for data at rest."
  type        = string
  nullable    = false
}

variable "log_retention_days" {
  description = "Retention of logs, days."
  type        = number
  default     = 30
  nullable    = false
}

variable "container_metrics" {
  description = "Whether Container Insights measures the cluster's services and tasks."
  type        = bool
  default     = true
  nullable    = false
}

variable "registry_access" {
  description = "Access to the registry of the image: auto for ECR and public registries, public if everybody can pull the image, credentials for a secret."
  type        = string
  default     = "auto"
  nullable    = false

  validation {
    condition     = contains(["auto", "public", "credentials"], var.registry_access)
    error_message = "The access must be auto, public or credentials."
  }
}

variable "registry_secret_id" {
  description = "ARN of the secret with the credentials of the registry, if the access is credentials."
  type        = string
  default     = ""
  nullable    = false
}

variable "start_services" {
  description = "Whether the services and schedules run; false until the secrets are set and the database is migrated."
  type        = bool
  default     = true
  nullable    = false
}

variable "load_balancer_id" {
  description = "ARN suffix of the load balancer, for metrics."
  type        = string
  nullable    = false
}

variable "target_metric_ids" {
  description = "ARN suffix of the target group of each entry point, for metrics."
  type        = map(string)
  nullable    = false
}

variable "network_cidr" {
  description = "IPv4 range of the VPC, which contains the addresses of the load balancer."
  type        = string
  nullable    = false
}
