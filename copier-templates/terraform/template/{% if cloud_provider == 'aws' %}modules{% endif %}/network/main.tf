# A VPC with three subnet tiers: public for ingress and egress, private for the application, and data for the data
# stores, without a route to the internet.

# The first zones by name that are not excluded, so that a new zone changes nothing. An impaired zone stays in the list,
# so that subnets are not replaced. Zones are excluded by ID: the same name is another zone in another account.
data "aws_availability_zones" "available" {
  #checkov:skip=CKV_AWS_394:only the first zones by name are used
  exclude_zone_ids = var.excluded_zone_ids

  filter {
    name   = "opt-in-status"
    values = ["opt-in-not-required"]
  }
}

data "aws_region" "current" {}

locals {
  all_zones = sort(data.aws_availability_zones.available.names)
  zones     = slice(local.all_zones, 0, min(var.zone_count, length(local.all_zones)))
}

resource "aws_vpc" "this" {
  cidr_block           = var.cidr
  enable_dns_hostnames = true
  enable_dns_support   = true

  tags = { Name = var.name }

  lifecycle {
    precondition {
      condition     = length(local.all_zones) >= var.zone_count
      error_message = "The region has only ${length(local.all_zones)} availability zones that are not excluded; reduce zone_count or excluded_zone_ids."
    }
  }
}

# The default security group, for resources without another group: it allows no traffic.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-default" }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = var.name }
}

# The range is divided into 16 subnets: 0 to 3 are public, 4 to 7 private, 8 to 11 data, one of each for every zone.

resource "aws_subnet" "public" {
  for_each = { for index, zone in local.zones : zone => index }

  vpc_id                  = aws_vpc.this.id
  availability_zone       = each.key
  cidr_block              = cidrsubnet(var.cidr, 4, each.value)
  map_public_ip_on_launch = false

  tags = { Name = "${var.name}-public-${each.key}" }
}

resource "aws_subnet" "private" {
  for_each = { for index, zone in local.zones : zone => index }

  vpc_id                  = aws_vpc.this.id
  availability_zone       = each.key
  cidr_block              = cidrsubnet(var.cidr, 4, 4 + each.value)
  map_public_ip_on_launch = false

  tags = { Name = "${var.name}-private-${each.key}" }
}

resource "aws_subnet" "data" {
  for_each = { for index, zone in local.zones : zone => index }

  vpc_id                  = aws_vpc.this.id
  availability_zone       = each.key
  cidr_block              = cidrsubnet(var.cidr, 4, 8 + each.value)
  map_public_ip_on_launch = false

  tags = { Name = "${var.name}-data-${each.key}" }
}
