provider "aws" {
  region = var.region

  default_tags {
    tags = {
      Application = "all-of-it-and-a-long"
      Environment = "prod-eu-west"
      ManagedBy   = "terraform"
    }
  }
}
