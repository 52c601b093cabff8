variable "name" {
  description = "Name of the environment's resources, such as shop-prod."
  type        = string
  nullable    = false
}

variable "container_image" {
  description = "The image that all tasks run, with its registry and a tag or a digest."
  type        = string
  default     = ""
  nullable    = false
}

variable "container_architecture" {
  description = "Processor that the image is built for: amd64 or arm64."
  type        = string
  default     = "amd64"
  nullable    = false

  validation {
    condition     = contains(["amd64", "arm64"], var.container_architecture)
    error_message = "An image is built for amd64 or for arm64."
  }
}

variable "container_user" {
  description = "User and group that the application runs as, in numbers; those of the image."
  type        = string
  default     = "10001:10001"
  nullable    = false

  validation {
    condition     = can(regex("^[1-9][0-9]*:[1-9][0-9]*$", var.container_user))
    error_message = "The application runs as a user and a group that are not root, such as 10001:10001."
  }
}

variable "writable_paths" {
  description = "Where the application may write: a name for each path of the container."
  type        = map(string)
  default     = { state = "/app/.dazzle", temporary = "/tmp" }
  nullable    = false
}

variable "has_python" {
  description = "Whether the image has Python, by which a container sees whether it answers; else the load balancer alone asks."
  type        = bool
  default     = true
  nullable    = false
}

variable "entry_points" {
  description = "What listens, by name: its command, its port, and the path that answers 200 while it lives."
  type = map(object({
    command     = list(string)
    port        = number
    health_path = string
  }))
  nullable = false
}

variable "background_commands" {
  description = "What runs without a port, by name."
  type        = map(list(string))
  default     = {}
  nullable    = false
}

variable "settings" {
  description = "Plain variables of the application."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "secret_ids" {
  description = "Where each secret variable of the application is kept."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "target_ids" {
  description = "Where the copies of each entry point register."
  type        = map(string)
  nullable    = false
}

variable "subnet_ids" {
  description = "Subnets of the application."
  type        = list(string)
  nullable    = false
}

variable "access_group_id" {
  description = "The group of the application."
  type        = string
  nullable    = false
}

variable "app_identity_id" {
  description = "The identity that the application runs as."
  type        = string
  nullable    = false
}

variable "encryption_key" {
  description = "The key that encrypts data at rest."
  type        = string
  nullable    = false
}

variable "log_retention_days" {
  description = "Days that logs are kept."
  type        = number
  default     = 30
  nullable    = false
}
