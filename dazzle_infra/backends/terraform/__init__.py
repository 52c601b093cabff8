"""The Terraform backend: modules and environments for the cloud."""

NAME = "terraform"
SUMMARY = "Terraform modules and environments for the cloud"
