# What the application's model asks for; it changes with the model.

locals {
  entry_points = {
    web = {
      port        = 8080
      path        = "/"
      health_path = "/up"

      command = ["uvicorn", "site:app", "--port", "8080"]
    }
    admin-api = {
      port        = 9100
      path        = "/admin"
      health_path = "/health"

      command = ["python", "-m", "admin"]
    }
    hooks = {
      port        = 9200
      path        = "/hooks/in"
      health_path = "/health"

      command = ["python", "-m", "hooks"]
    }
  }

  # What runs without a port.
  background_commands = {
    # Brings the database to the model, and ends.
    migrate = local.migrate
    # The application's asynchronous work.
    worker = ["python", "-m", "worker", "--queue=\u0024{DEFAULT}"]
    # What the clock starts.
    scheduled = ["python", "-m", "scheduler"]
  }

  # What runs without end.
  services = ["web", "admin-api", "hooks", "worker"]

  # How DAZZLE serves an application.
  serve = [
    "uvicorn",
    "dazzle.http.runtime.app_factory:create_app_factory",
    "--factory",
    "--host",
    "0.0.0.0",
    "--port",
    "8080",
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

  # When the clock starts it. The task finds the schedule's name in its variable SCHEDULE_NAME.
  schedules = {
    "daily_report" = {
      expression = "cron(0 9 * * ? *)"
      timezone   = "Europe/Berlin"
    }
    "hourly" = {
      expression = "rate(1 hour)"
      timezone   = "UTC"
    }
  }
}
