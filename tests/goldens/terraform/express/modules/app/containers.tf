locals {
  log = {
    for name, task in local.tasks : name => {
      logDriver = "awslogs"
      options = {
        "awslogs-group"         = aws_cloudwatch_log_group.this.name
        "awslogs-region"        = data.aws_region.current.region
        "awslogs-stream-prefix" = name
        "mode"                  = "non-blocking"
      }
    }
  }

  # A new volume belongs to root. This runs once before the application, puts into each volume what the image
  # has at its path, and hands it over.
  prepare = {
    for name, task in local.tasks : name => {
      name                   = "prepare"
      image                  = var.container_image
      essential              = false
      user                   = "0"
      entryPoint             = ["sh", "-c"]
      command                = [local.prepare_script]
      readonlyRootFilesystem = true
      logConfiguration       = local.log[name]

      # Copying and giving away what others own is all that it may do as root.
      linuxParameters = {
        capabilities = {
          add = []
          drop = [
            "AUDIT_WRITE", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "NET_RAW",
            "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
          ]
        }
      }

      mountPoints = [
        for volume, path in var.writable_paths : {
          sourceVolume  = volume
          containerPath = "/prepare/${volume}"
          readOnly      = false
        }
      ]
    }
  }

  prepare_script = join(" && ", [
    for volume, path in var.writable_paths :
    "{ cp -R ${path}/. /prepare/${volume}/ 2>/dev/null || true; } && chown -R ${var.container_user} /prepare/${volume}"
  ])

  containers = {
    for name, task in local.tasks : name => {
      name                   = "app"
      image                  = var.container_image
      essential              = true
      user                   = var.container_user
      command                = task.command
      readonlyRootFilesystem = true
      stopTimeout            = task.listens ? 60 : 120
      logConfiguration       = local.log[name]

      linuxParameters = {
        initProcessEnabled = true
        capabilities       = { add = [], drop = ["ALL"] }
      }

      dependsOn = [{ containerName = "prepare", condition = "SUCCESS" }]

      mountPoints = [
        for volume, path in var.writable_paths : {
          sourceVolume  = volume
          containerPath = path
          readOnly      = false
        }
      ]

      portMappings = [
        for port in task.listens ? [task.port] : [] : { containerPort = port, hostPort = port, protocol = "tcp" }
      ]

      healthCheck = task.listens && var.has_python ? {
        command     = ["CMD", "python", "-c", local.probe[name]]
        interval    = 15
        timeout     = 5
        retries     = 3
        startPeriod = 120
      } : null

      environment = [
        for key, value in merge(local.settings, { PORT = tostring(task.port) }) : { name = key, value = value }
      ]

      secrets = [for key, id in var.secret_ids : { name = key, valueFrom = id }]
    }
  }

  probe = {
    for name, task in local.tasks :
    name => "import urllib.request as u; u.urlopen('http://127.0.0.1:${task.port}${task.health_path}', timeout=3)"
  }

  # A variable is set once: a secret wins over a setting, and an empty setting is none.
  settings = { for key, value in var.settings : key => value if value != "" && !contains(keys(var.secret_ids), key) }
}
