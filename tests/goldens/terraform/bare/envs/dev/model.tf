# What the application's model asks for; it changes with the model.

locals {
  entry_points = {
    web = {
      port        = 8000
      path        = "/"
      health_path = "/health"

      command = local.serve
    }
  }

  # Nothing runs without a port.
  background_commands = {}

  # What runs without end.
  services = ["web"]

  # How DAZZLE serves an application.
  serve = [
    "uvicorn",
    "dazzle.http.runtime.app_factory:create_app_factory",
    "--factory",
    "--host",
    "0.0.0.0",
    "--port",
    "8000",
    "--proxy-headers",
  ]
}
