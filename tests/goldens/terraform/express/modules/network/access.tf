# Who may talk to whom. The public's way in is in the ingress module, and each store has a file of its own here.

resource "aws_security_group" "ingress" {
  #checkov:skip=CKV2_AWS_5:the load balancer of the ingress module has it
  name        = "${var.name}-ingress"
  description = "The load balancer"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-ingress" }
}

resource "aws_security_group" "app" {
  #checkov:skip=CKV2_AWS_5:the services of the app module have it
  name        = "${var.name}-app"
  description = "The application"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-app" }
}

resource "aws_vpc_security_group_egress_rule" "ingress_to_app" {
  for_each = var.app_ports

  security_group_id            = aws_security_group.ingress.id
  description                  = "To port ${each.key} of the application"
  ip_protocol                  = "tcp"
  from_port                    = tonumber(each.key)
  to_port                      = tonumber(each.key)
  referenced_security_group_id = aws_security_group.app.id
}

resource "aws_vpc_security_group_ingress_rule" "app_from_ingress" {
  for_each = var.app_ports

  security_group_id            = aws_security_group.app.id
  description                  = "Port ${each.key} from the load balancer"
  ip_protocol                  = "tcp"
  from_port                    = tonumber(each.key)
  to_port                      = tonumber(each.key)
  referenced_security_group_id = aws_security_group.ingress.id
}

# Images, secrets, logs and the systems that the model integrates are all reached by HTTPS, at addresses that
# nobody can list.
#trivy:ignore:AWS-0104
resource "aws_vpc_security_group_egress_rule" "app_to_https" {
  security_group_id = aws_security_group.app.id
  description       = "HTTPS to services of the cloud and to other systems"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}
