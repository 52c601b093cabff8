# Proxy beside the application, in the tasks of entry points that cannot be connected to the load balancer directly. It
# states HTTPS, the only protocol of external requests, because the load balancer states the protocol of its own
# listener. It reduces X-Forwarded-For to the address of the client, the one entry that the client cannot choose. It
# keeps connections from the load balancer open for longer than the load balancer does.

locals {
  proxied = { for name, port in var.proxy_ports : name => port if port > 0 }

  proxies = {
    for name, task in local.tasks : name => [
      for port in contains(keys(local.proxied), name) ? [local.proxied[name]] : [] : {
        name                   = "proxy"
        image                  = var.proxy_image
        essential              = true
        user                   = "65534:65534"
        entryPoint             = ["sh", "-c"]
        command                = ["exec caddy run --config - <<CONFIG\n$CONFIG\nCONFIG\n"]
        environment            = [{ name = "CONFIG", value = jsonencode(local.proxy_config[name]) }]
        memoryReservation      = 64
        readonlyRootFilesystem = true
        stopTimeout            = 60
        logConfiguration       = local.log[name]
        portMappings           = [{ containerPort = port, hostPort = port, protocol = "tcp" }]

        # ECS stops containers in the reverse order: the proxy finishes its requests before the application stops.
        dependsOn = [{ containerName = "app", condition = "START" }]

        # The program of the image has the file capability NET_BIND_SERVICE. Linux starts it only if the container can
        # have that capability (capabilities(7), "Safety checking for capability-dumb binaries").
        linuxParameters = {
          capabilities = {
            add = []
            drop = [
              "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_RAW", "SETFCAP",
              "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
            ]
          }
        }
      }
    ]
  }

  # Configuration in the format of caddyserver.com/docs/json. The security groups admit only the load balancer, so
  # every client is a trusted proxy.
  proxy_config = {
    for name, port in local.proxied : name => {
      admin   = { disabled = true, config = { persist = false } }
      logging = { logs = { default = { level = "WARN" } } }

      apps = {
        http = {
          grace_period = "50s"

          servers = {
            app = {
              listen          = [":${port}"]
              protocols       = ["h1"]
              automatic_https = { disable = true }
              idle_timeout    = "120s"
              trusted_proxies = { source = "static", ranges = ["0.0.0.0/0", "::/0"] }
              routes          = concat(local.health_routes[name], [{ handle = [local.forward[name]] }])
            }
          }
        }
      }
    }
  }

  # The load balancer sends the address of the task as Host, which an application with a host name for each tenant
  # rejects ("Health checks for Application Load Balancer target groups").
  health_routes = {
    for name in keys(local.proxied) : name => [
      for host in compact([var.entry_points[name].health_host]) : {
        match = [{
          path   = [var.entry_points[name].health_path]
          header = { User-Agent = ["ELB-HealthChecker/*"] }
        }]

        handle = [merge(local.forward[name], {
          headers = { request = { set = { Host = [host], X-Forwarded-Proto = ["https"] } } }
        })]
      }
    ]
  }

  # A new connection for each request: the application's own limit for idle connections does not matter.
  forward = {
    for name in keys(local.proxied) : name => {
      handler   = "reverse_proxy"
      upstreams = [{ dial = "127.0.0.1:${var.entry_points[name].port}" }]
      transport = { protocol = "http", compression = false, keep_alive = { enabled = false } }

      headers = {
        request = {
          set     = { X-Forwarded-Proto = ["https"] }
          replace = { X-Forwarded-For = [{ search_regexp = local.client_address, replace = "$1" }] }
        }
      }
    }
  }

  # The load balancer is the last entry, which Caddy appends. Each proxy of AWS appended the address of its client.
  client_address = "^(?:.*,)?\\s*([^,]+?)\\s*(?:,[^,]*){${var.proxies}}$"
}
