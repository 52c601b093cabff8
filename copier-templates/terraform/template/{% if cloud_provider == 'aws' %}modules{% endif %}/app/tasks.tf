# Task definitions of the entry points and of the background tasks. All run the same image.

locals {
  sizes = {
    small  = { cpu = 512, memory = 1024 }
    medium = { cpu = 1024, memory = 2048 }
    large  = { cpu = 2048, memory = 4096 }
  }

  app_size = {
    cpu    = var.app_cpu == 0 ? local.sizes[var.app_size].cpu : var.app_cpu
    memory = var.app_memory_mb == 0 ? local.sizes[var.app_size].memory : var.app_memory_mb
  }

  worker_size = {
    cpu    = var.worker_cpu == 0 ? local.sizes[var.worker_size].cpu : var.worker_cpu
    memory = var.worker_memory_mb == 0 ? local.sizes[var.worker_size].memory : var.worker_memory_mb
  }

  tasks = merge(
    {
      for name, entry in var.entry_points : name => {
        command     = entry.command
        port        = entry.port
        listens     = true
        health_path = entry.health_path
        health_host = entry.health_host
        size        = local.app_size
      }
    },
    {
      for name, command in var.background_commands : name => {
        command     = command
        port        = var.entry_points["web"].port
        listens     = false
        health_path = ""
        health_host = ""
        size        = local.worker_size
      }
    },
    local.shell_tasks,
  )
}

resource "aws_ecs_task_definition" "this" {
  for_each = local.tasks

  # A rollback needs the earlier revisions, which stay active; that of the shell ends with shell_access. A deployment by
  # ops/ registers revisions: the newest one of the family counts, so that a later apply changes nothing.
  skip_destroy = each.key != "shell"
  track_latest = true

  family                   = "${var.name}-${each.key}"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = each.value.size.cpu
  memory                   = each.value.size.memory
  execution_role_arn       = aws_iam_role.start.arn
  task_role_arn            = var.app_identity_id
  container_definitions    = jsonencode(concat([local.prepare[each.key], local.containers[each.key]], local.proxies[each.key]))

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = var.container_architecture == "arm64" ? "ARM64" : "X86_64"
  }

  # Writable paths of the application; the rest of its file system is read-only.
  dynamic "volume" {
    for_each = var.writable_paths

    content {
      name = volume.key
    }
  }
}

# The scripts in ops/ start one-off tasks in this network, even before a service exists.
resource "aws_ssm_parameter" "network" {
  #checkov:skip=CKV2_AWS_34:names of subnets are no secret, and an encrypted value would hide them from the plan
  #checkov:skip=CKV_AWS_337:names of subnets are no secret, and an encrypted value would hide them from the plan
  name           = "/environments/${var.name}/network"
  description    = "Subnets and security group of one-off tasks of ${var.name}"
  type           = "String"
  insecure_value = "${join(",", var.subnet_ids)} ${var.access_group_id}"
}
