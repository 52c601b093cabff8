# A network of its own in three tiers: public for the way in and out, private for the application, and data for
# what it keeps, which has no way to the internet at all.

# The first zones by name, so that a further one changes nothing. One that is out of order for a while stays in
# the list: the network must not move for it.
data "aws_availability_zones" "available" {
  #checkov:skip=CKV_AWS_394:the first zones by name are taken, and no others
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
      error_message = "The region has only ${length(local.all_zones)} availability zones; lower zone_count."
    }
  }
}

# The group that everything gets which names none: it allows nothing.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = "${var.name}-default" }
}

resource "aws_internet_gateway" "this" {
  vpc_id = aws_vpc.this.id

  tags = { Name = var.name }
}
