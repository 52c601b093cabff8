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

  # Processes without a port.
  background_commands = {
    # Migrates the database to the model, then exits.
    migrate = local.migrate
    # Asynchronous work.
    worker = local.serve
  }

  # Long-running processes.
  services = ["web", "worker"]

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

  # Migration of a DAZZLE database with the committed revisions in the image. `dazzle db` would interpret DAZZLE_ENV as
  # the name of an environment in dazzle.toml.
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
