output "network_id" {
  description = "ID of the VPC."
  value       = aws_vpc.this.id
}

output "cidr" {
  description = "IPv4 range of the VPC."
  value       = aws_vpc.this.cidr_block
}

output "public_subnet_ids" {
  description = "IDs of the public subnets."
  value       = [for subnet in aws_subnet.public : subnet.id]
}

output "private_subnet_ids" {
  description = "IDs of the private subnets, for the application."
  value       = [for subnet in aws_subnet.private : subnet.id]

  # Tasks in these subnets pull their image at startup.
  depends_on = [aws_route.nat, aws_vpc_endpoint.service]
}

output "data_subnet_ids" {
  description = "IDs of the data subnets."
  value       = [for subnet in aws_subnet.data : subnet.id]
}

output "ingress_group_id" {
  description = "ID of the load balancer's security group."
  value       = aws_security_group.ingress.id
}

output "app_group_id" {
  description = "ID of the application's security group."
  value       = aws_security_group.app.id
}
