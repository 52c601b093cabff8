# Checks the rules for values without an account:
#   terraform init -backend=false && terraform test

mock_provider "aws" {
  mock_data "aws_availability_zones" {
    defaults = {
      names = ["zone-a", "zone-b", "zone-c", "zone-d"]
    }
  }

  mock_data "aws_caller_identity" {
    defaults = {
      account_id = "123456789012"
    }
  }

  mock_data "aws_iam_policy_document" {
    defaults = {
      json = "{}"
    }
  }

  mock_data "aws_partition" {
    defaults = {
      partition = "aws"
    }
  }

  mock_data "aws_region" {
    defaults = {
      region = "us-east-1"
    }
  }
}

variables {
  name            = "app-test"
  container_image = "registry.example.com/team/app:1.0.0"
}

run "refuses_an_image_without_a_registry" {
  command = plan

  variables {
    container_image = "app:1.0.0"
  }

  expect_failures = [var.container_image]
}

run "refuses_a_network_that_leaves_no_room" {
  command = plan

  variables {
    network_cidr = "10.0.0.0/28"
  }

  expect_failures = [var.network_cidr]
}
