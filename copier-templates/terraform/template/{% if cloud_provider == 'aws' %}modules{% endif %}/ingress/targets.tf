resource "aws_lb_target_group" "this" {
  #checkov:skip=CKV_AWS_378:the application uses HTTP inside the network; external traffic is encrypted
  for_each = var.entry_points

  name_prefix          = substr("${each.key}-", 0, 6)
  vpc_id               = var.network_id
  target_type          = "ip"
  protocol             = "HTTP"
  port                 = each.value.port
  deregistration_delay = 30

  health_check {
    path                = each.value.health_path
    matcher             = "200"
    interval            = 15
    timeout             = 5
    healthy_threshold   = 2
    unhealthy_threshold = 3
  }

  tags = { Name = "${var.name}-${each.key}" }

  # A target group belongs to one load balancer, so a new load balancer needs new target groups.
  lifecycle {
    create_before_destroy = true
    replace_triggered_by  = [aws_lb.this.internal]
  }
}

locals {
  prefixed = { for name, entry in var.entry_points : name => entry if entry.path != "/" }

  # A priority depends only on the entry point, so that another entry point does not move it: deeper paths take
  # precedence, and the name selects one of 5000 priorities of its depth. AWS allows 1 to 50000.
  depths     = { for name, entry in local.prefixed : name => length(compact(split("/", entry.path))) }
  priorities = { for name, depth in local.depths : name => 1000 + 5000 * (9 - depth) + parseint(substr(sha256(name), 0, 8), 16) % 5000 }
}

resource "aws_lb_listener_rule" "this" {
  for_each = local.prefixed

  listener_arn = local.listener
  priority     = local.priorities[each.key]

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this[each.key].arn
  }

  condition {
    path_pattern {
      values = distinct([trimsuffix(each.value.path, "/"), "${trimsuffix(each.value.path, "/")}/*"])
    }
  }

  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = local.depths[each.key] <= 9
      error_message = "The path of entry point ${each.key} has more than nine parts."
    }
    precondition {
      condition     = length([for priority in values(local.priorities) : priority if priority == local.priorities[each.key]]) == 1
      error_message = "Entry point ${each.key} and another one have the same priority among the rules of the load balancer: rename one of them."
    }
  }
}
