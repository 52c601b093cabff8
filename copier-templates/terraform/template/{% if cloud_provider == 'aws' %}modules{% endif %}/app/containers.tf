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

  # A new volume belongs to root. This container runs once before the application: it copies the files of the image
  # into each volume and changes their owner.
  prepare = {
    for name, task in local.tasks : name => {
      name                   = "prepare"
      image                  = local.image
      repositoryCredentials  = local.registry_credentials
      essential              = false
      user                   = "0"
      entryPoint             = ["sh", "-c"]
      command                = [local.prepare_script]
      readonlyRootFilesystem = true
      logConfiguration       = local.log[name]

      # The container keeps only the root capabilities to copy files and to change their owner.
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
      image                  = local.image
      repositoryCredentials  = local.registry_credentials
      essential              = true
      user                   = var.container_user
      command                = task.command
      readonlyRootFilesystem = name != "shell"
      stopTimeout            = task.listens ? 60 : 120
      logConfiguration       = local.log[name]

      linuxParameters = {
        initProcessEnabled = true
        capabilities       = { add = [], drop = name == "shell" ? local.shell_dropped : ["ALL"] }
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
        for key, value in merge(local.trusted[name], local.settings, { PORT = tostring(task.port) }) :
        { name = key, value = value }
      ]

      secrets = [for key, id in var.secret_ids : { name = key, valueFrom = id }]
    }
  }

  probe = {
    for name, task in local.tasks : name => join("; ", [
      "import urllib.request as u",
      "r = u.Request('http://127.0.0.1:${task.port}${task.health_path}'${task.health_host == "" ? "" : ", headers={'Host': '${task.health_host}'}"})",
      "u.urlopen(r, timeout=3)",
    ])
  }

  # Clients whose X-Forwarded-* headers the server uses: the proxy of the task, or the load balancer. A server that uses
  # only X-Forwarded-Proto can trust every client, because the security groups admit only the load balancer.
  trusted = {
    for name, task in local.tasks : name => !task.listens || !var.has_python ? {} : {
      FORWARDED_ALLOW_IPS = (
        contains(keys(local.proxied), name) ? "127.0.0.1" :
        var.entry_points[name].forwarded_from == "any" ? "*" : var.network_cidr
      )
    }
  }

  # ECS rejects duplicate names: a secret takes precedence over a setting. Empty settings are left out.
  settings = { for key, value in var.settings : key => value if value != "" && !contains(keys(var.secret_ids), key) }
}
