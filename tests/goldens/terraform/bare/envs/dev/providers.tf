provider "aws" {
  region = var.region

  default_tags {
    tags = {
      Application = "bare"
      Environment = "dev"
      ManagedBy   = "terraform"
    }
  }
}
