provider "aws" {
  region = var.region

  default_tags {
    tags = {
      Application = "shop"
      Environment = "dev"
      ManagedBy   = "terraform"
    }
  }
}
