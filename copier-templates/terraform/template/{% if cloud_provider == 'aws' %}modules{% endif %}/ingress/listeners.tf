# With a domain name: HTTPS, and a redirect from HTTP.

resource "aws_lb_listener" "https" {
  count = local.public ? 1 : 0

  load_balancer_arn = aws_lb.this.arn
  port              = 443
  protocol          = "HTTPS"
  ssl_policy        = "ELBSecurityPolicy-TLS13-1-2-2021-06"
  certificate_arn   = local.certificate

  routing_http_response_server_enabled = false

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this["web"].arn
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_lb_listener" "redirect" {
  count = local.public ? 1 : 0

  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  default_action {
    type = "redirect"

    redirect {
      protocol    = "HTTPS"
      port        = "443"
      status_code = "HTTP_301"
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

# Without a domain name: HTTP from CloudFront, the only client that can connect.
#trivy:ignore:AWS-0054
resource "aws_lb_listener" "edge" {
  #checkov:skip=CKV_AWS_2:CloudFront terminates HTTPS and connects to an internal load balancer in the AWS network
  #checkov:skip=CKV_AWS_103:CloudFront terminates HTTPS
  count = local.public ? 0 : 1

  load_balancer_arn = aws_lb.this.arn
  port              = 80
  protocol          = "HTTP"

  routing_http_response_server_enabled = false

  default_action {
    type             = "forward"
    target_group_arn = aws_lb_target_group.this["web"].arn
  }

  lifecycle {
    create_before_destroy = true
  }
}

locals {
  listener = one(concat(aws_lb_listener.https[*].arn, aws_lb_listener.edge[*].arn))
}
