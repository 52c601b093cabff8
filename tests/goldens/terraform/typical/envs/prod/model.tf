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

  # What runs without a port.
  background_commands = {
    # Brings the database to the model, and ends.
    migrate = local.migrate
    # The application's asynchronous work.
    worker = local.serve
  }

  # What runs without end.
  services = ["web", "worker"]

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

  # How DAZZLE brings a database to the model: by the revisions that are committed and lie in the image. DAZZLE_ENV
  # would be taken for the name of an environment in dazzle.toml.
  migrate = ["sh", "-c", <<-EOT
    set -eu
    unset DAZZLE_ENV
    if ls /opt/app/migrations/versions/*.py >/dev/null 2>&1; then
      mkdir -p .dazzle/migrations/versions
      cp /opt/app/migrations/versions/*.py .dazzle/migrations/versions/
    fi
    exec dazzle db upgrade
  EOT
  ]
}
