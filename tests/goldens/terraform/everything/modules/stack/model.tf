# Requirements of the application's model; an update changes them with the model.

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

      health_host = "all.example.com"

      proxy = "always"

      command = ["python", "-m", "admin"]
    }
    hooks = {
      port        = 9200
      path        = "/hooks/in"
      health_path = "/health"

      forwarded_from = "any"

      command = ["gunicorn", "hooks"]
    }
  }

  # Processes without a port.
  background_commands = {
    # Migrates the database to the model, then exits.
    migrate = local.migrate
    # Asynchronous work.
    worker = ["python", "-m", "worker", "--queue=\u0024{DEFAULT}"]
    # Scheduled tasks.
    scheduled = ["python", "-m", "scheduler"]
  }

  # Long-running processes.
  services = ["web", "admin-api", "hooks", "worker"]

  # Server command of a DAZZLE application.
  serve = [
    "uvicorn",
    "dazzle.http.runtime.app_factory:create_app_factory",
    "--factory",
    "--host",
    "0.0.0.0",
    "--port",
    "8080",
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

  # Schedules of the scheduled task. The variable SCHEDULE_NAME of the task contains the name of the schedule.
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
