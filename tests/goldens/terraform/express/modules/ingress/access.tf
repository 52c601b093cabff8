resource "aws_vpc_security_group_ingress_rule" "internet" {
  #checkov:skip=CKV_AWS_260:port 80 only answers that the application is at port 443
  for_each = local.public ? { http = 80, https = 443 } : {}

  security_group_id = var.access_group_id
  description       = "${upper(each.key)} from the internet"
  ip_protocol       = "tcp"
  from_port         = each.value
  to_port           = each.value
  cidr_ipv4         = "0.0.0.0/0"
}

data "aws_ec2_managed_prefix_list" "edge" {
  count = local.public ? 0 : 1

  name = "com.amazonaws.global.cloudfront.origin-facing"
}

resource "aws_vpc_security_group_ingress_rule" "edge" {
  #checkov:skip=CKV_AWS_260:the addresses are those of the cloud's edge
  count = local.public ? 0 : 1

  security_group_id = var.access_group_id
  description       = "HTTP from the edge of the cloud"
  ip_protocol       = "tcp"
  from_port         = 80
  to_port           = 80
  prefix_list_id    = data.aws_ec2_managed_prefix_list.edge[0].id
}
