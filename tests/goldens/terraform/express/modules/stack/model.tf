# Requirements of the application's model; an update changes them with the model.

locals {
  entry_points = {
    web = {
      port        = 3000
      path        = "/"
      health_path = "/health"

      proxy = "always"

      command = ["node", "server.js"]
    }
  }

  # Processes without a port.
  background_commands = {
    # Asynchronous work.
    worker = ["node", "worker.js"]
  }

  # Long-running processes.
  services = ["web", "worker"]
}
