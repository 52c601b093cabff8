# What the application's model asks for; it changes with the model.

locals {
  entry_points = {
    web = {
      port        = 3000
      path        = "/"
      health_path = "/health"

      command = ["node", "server.js"]
    }
  }

  # What runs without a port.
  background_commands = {
    # The application's asynchronous work.
    worker = ["node", "worker.js"]
  }

  # What runs without end.
  services = ["web", "worker"]
}
