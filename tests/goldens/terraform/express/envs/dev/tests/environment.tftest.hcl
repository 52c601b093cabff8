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
}

run "starts_what_the_model_asks_for" {
  command = plan

  assert {
    condition     = join(" ", sort(setsubtract(keys(module.stack.app.tasks), ["shell"]))) == "web worker"
    error_message = "The tasks do not match the model."
  }

  assert {
    condition     = length(output.secrets_to_fill) == 0
    error_message = "The secrets do not match the model."
  }
}
