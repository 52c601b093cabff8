# Security groups. Rules for public access are in the ingress module; each data store has a separate file here.

resource "aws_security_group" "ingress" {
  #checkov:skip=CKV2_AWS_5:attached to the load balancer of the ingress module
  name        = "${var.name}-ingress"
  description = "The load balancer"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-ingress" }
}

resource "aws_security_group" "app" {
  #checkov:skip=CKV2_AWS_5:attached to the services of the app module
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

# Images, secrets, logs and integrated systems are reached by HTTPS at addresses that are not known in
# advance.
#trivy:ignore:AWS-0104
resource "aws_vpc_security_group_egress_rule" "app_to_https" {
  security_group_id = aws_security_group.app.id
  description       = "HTTPS to services of the cloud and to other systems"
  ip_protocol       = "tcp"
  from_port         = 443
  to_port           = 443
  cidr_ipv4         = "0.0.0.0/0"
}

#trivy:ignore:AWS-0104
resource "aws_vpc_security_group_egress_rule" "app_to_port" {
  for_each = toset([for port in var.egress_ports : tostring(port) if port != 443])

  security_group_id = aws_security_group.app.id
  description       = "Port ${each.key} of other systems"
  ip_protocol       = "tcp"
  from_port         = tonumber(each.key)
  to_port           = tonumber(each.key)
  cidr_ipv4         = "0.0.0.0/0"
}
