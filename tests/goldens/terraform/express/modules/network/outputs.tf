output "network_id" {
  description = "The network."
  value       = aws_vpc.this.id
}

output "cidr" {
  description = "Its IPv4 range."
  value       = aws_vpc.this.cidr_block
}

output "public_subnet_ids" {
  description = "Subnets of what the internet reaches."
  value       = [for subnet in aws_subnet.public : subnet.id]
}

output "private_subnet_ids" {
  description = "Subnets of the application."
  value       = [for subnet in aws_subnet.private : subnet.id]

  # What runs here starts by fetching its image.
  depends_on = [aws_route.nat, aws_vpc_endpoint.service]
}

output "data_subnet_ids" {
  description = "Subnets of what keeps data."
  value       = [for subnet in aws_subnet.data : subnet.id]
}

output "ingress_group_id" {
  description = "The group of the load balancer."
  value       = aws_security_group.ingress.id
}

output "app_group_id" {
  description = "The group of the application."
  value       = aws_security_group.app.id
}
