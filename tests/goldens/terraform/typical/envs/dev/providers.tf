provider "aws" {
  region = var.region

  default_tags {
    tags = {
      Application = "ticket-desk"
      Environment = "dev"
      ManagedBy   = "terraform"
    }
  }
}
