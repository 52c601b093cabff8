resource "aws_lb_target_group" "this" {
  #checkov:skip=CKV_AWS_378:inside the network the application speaks HTTP; what arrives from outside is encrypted
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

  lifecycle {
    create_before_destroy = true
  }
}

locals {
  # The longest path is asked first.
  prefixed = { for name, entry in var.entry_points : name => entry if entry.path != "/" }
  order    = reverse(sort([for name, entry in local.prefixed : format("%04d %s", length(entry.path), name)]))
}

resource "aws_lb_listener_rule" "this" {
  for_each = local.prefixed

  listener_arn = local.listener
  priority     = 100 + index(local.order, format("%04d %s", length(each.value.path), each.key))

  action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this[each.key].arn
  }

  condition {
    path_pattern {
      values = distinct([trimsuffix(each.value.path, "/"), "${trimsuffix(each.value.path, "/")}/*"])
    }
  }
}
