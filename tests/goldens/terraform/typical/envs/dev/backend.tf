# The state is stored and locked in a bucket. backend.hcl names the bucket; `bootstrap` prints its contents:
#   terraform init -backend-config=backend.hcl
# Without a state, to validate and test: terraform init -backend=false
#
# backend.hcl also names the key that encrypts the state. Without it, the bucket encrypts the state with its default key.
# `encrypt = true` alone would replace that key by one of Amazon S3.

terraform {
  backend "s3" {
    key          = "ticket-desk/dev/terraform.tfstate"
    use_lockfile = true
  }
}
