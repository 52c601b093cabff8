# Plans the environment without an account:
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
  container_image = "registry.example.com/team/app:1.0.0"

  domain_name = "app.example.com"
}

run "starts_what_the_model_asks_for" {
  command = plan

  assert {
    condition     = join(" ", sort(setsubtract(keys(module.stack.app.tasks), ["shell"]))) == "migrate web worker"
    error_message = "The tasks do not match the model."
  }

  assert {
    condition     = length(output.secrets_to_fill) == 1
    error_message = "The secrets do not match the model."
  }
}

run "refuses_production_without_a_domain_name" {
  command = plan

  variables {
    domain_name = ""
  }

  expect_failures = [var.domain_name]
}

run "refuses_the_tag_latest_in_production" {
  command = plan

  variables {
    container_image = "registry.example.com/team/app:latest"
  }

  expect_failures = [var.container_image]
}
