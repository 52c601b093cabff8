terraform {
  required_version = ">= 1.11.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 6.69"
    }
  }
}

# The state bucket of the environments of one account, created once manually. The state of this configuration stays in
# this directory: it contains no secret, and `terraform import` can restore it. Where environments are in several
# accounts, each account has its own bucket, and its own workspace here, named like the account:
#   terraform workspace select -or-create 123456789012

provider "aws" {
  region              = var.region
  allowed_account_ids = length(var.account_ids) == 0 ? null : var.account_ids

  default_tags {
    tags = {
      Application = "ticket-desk"
      ManagedBy   = "terraform"
    }
  }
}

data "aws_caller_identity" "current" {}

locals {
  # Globally unique through the account number, and the same in every run.
  bucket = "ticket-desk-tfstate-${data.aws_caller_identity.current.account_id}-${var.region}"
}

resource "aws_s3_bucket" "state" {
  #checkov:skip=CKV_AWS_18:CloudTrail of the account records access to the state
  #checkov:skip=CKV_AWS_144:versions of the state are kept; replication to another region is optional
  #checkov:skip=CKV2_AWS_62:no process consumes notifications about a new state
  bucket = local.bucket

  lifecycle {
    prevent_destroy = true

    precondition {
      condition     = contains(["default", data.aws_caller_identity.current.account_id], terraform.workspace)
      error_message = "The workspace ${terraform.workspace} belongs to another account than the credentials, ${data.aws_caller_identity.current.account_id}. Select its workspace with terraform workspace select -or-create ${data.aws_caller_identity.current.account_id}."
    }
  }
}

resource "aws_s3_bucket_public_access_block" "state" {
  bucket                  = aws_s3_bucket.state.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_versioning" "state" {
  bucket = aws_s3_bucket.state.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "state" {
  bucket = aws_s3_bucket.state.id

  rule {
    id     = "tidy"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 90
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.state]
}
