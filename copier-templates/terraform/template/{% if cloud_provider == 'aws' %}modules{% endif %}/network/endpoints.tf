# VPC endpoints for AWS services, which bypass the NAT gateways: free for S3, charged per hour for the other
# services.

# Images of other registries and files of other systems are also in S3, so this endpoint has no policy of its own:
# the policies of the roles and the buckets restrict access.
resource "aws_vpc_endpoint" "storage" {
  vpc_id            = aws_vpc.this.id
  service_name      = "com.amazonaws.${data.aws_region.current.region}.s3"
  vpc_endpoint_type = "Gateway"
  route_table_ids   = [for table in aws_route_table.private : table.id]

  tags = { Name = "${var.name}-storage" }
}

resource "aws_vpc_endpoint" "service" {
  for_each = toset(var.private_endpoints ? ["ecr.api", "ecr.dkr", "logs", "secretsmanager"] : [])

  vpc_id              = aws_vpc.this.id
  service_name        = "com.amazonaws.${data.aws_region.current.region}.${each.key}"
  vpc_endpoint_type   = "Interface"
  private_dns_enabled = true
  subnet_ids          = [for subnet in aws_subnet.private : subnet.id]
  security_group_ids  = aws_security_group.endpoints[*].id

  # Only identities of this account use the endpoints. VPC guide, "Control access to VPC endpoints using endpoint
  # policies"; IAM user guide, "AWS global condition context keys".
  policy = jsonencode({
    Version = "2012-10-17"

    Statement = [{
      Sid       = "IdentitiesOfTheAccount"
      Effect    = "Allow"
      Principal = "*"
      Action    = "*"
      Resource  = "*"
      Condition = { StringEquals = { "aws:PrincipalAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })

  tags = { Name = "${var.name}-${each.key}" }
}

resource "aws_security_group" "endpoints" {
  count = var.private_endpoints ? 1 : 0

  name        = "${var.name}-endpoints"
  description = "Services of the cloud"
  vpc_id      = aws_vpc.this.id

  tags = { Name = "${var.name}-endpoints" }

  # A change of the description would replace the group; versions before 1.1 had another one.
  lifecycle {
    ignore_changes = [description]
  }
}

resource "aws_vpc_security_group_ingress_rule" "endpoints_from_app" {
  count = var.private_endpoints ? 1 : 0

  security_group_id            = aws_security_group.endpoints[0].id
  description                  = "HTTPS from the application"
  ip_protocol                  = "tcp"
  from_port                    = 443
  to_port                      = 443
  referenced_security_group_id = aws_security_group.app.id
}
