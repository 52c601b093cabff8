# The proxy beside the application: see proxy.tf.

variable "proxy_ports" {
  description = "Port of the proxy in the tasks of each entry point; 0 for no proxy."
  type        = map(number)
  default     = {}
  nullable    = false
}

variable "proxy_image" {
  description = "Image of the proxy: Caddy 2.8 or newer, with sh."
  type        = string
  default     = "public.ecr.aws/docker/library/caddy:2.10.2-alpine"
  nullable    = false

  validation {
    condition     = can(regex("/[^/]+[:@][^/]+$", var.proxy_image))
    error_message = "The image must include a registry and a tag or a digest."
  }
}

variable "proxies" {
  description = "Number of AWS proxies that a request passes before it reaches the task; each appends an address to X-Forwarded-For."
  type        = number
  default     = 1
  nullable    = false
}
