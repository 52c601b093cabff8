# Requirements of the application's model; an update changes them with the model.

locals {
  entry_points = {
    web = {
      port        = 8000
      path        = "/"
      health_path = "/health"

      command = local.serve
    }
  }

  # There are no processes without a port.
  background_commands = {}

  # Long-running processes.
  services = ["web"]

  # Server command of a DAZZLE application.
  serve = [
    "uvicorn",
    "dazzle.http.runtime.app_factory:create_app_factory",
    "--factory",
    "--host",
    "0.0.0.0",
    "--port",
    "8000",
    "--proxy-headers",
    # Longer than the 60 seconds of the load balancer: it would use connections that the server has closed.
    "--timeout-keep-alive",
    "75",
  ]
}
