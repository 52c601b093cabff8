# The state is kept in a bucket and locked there. Which bucket is said by backend.hcl, which `bootstrap` prints:
#   terraform init -backend-config=backend.hcl
# A first look needs no state: terraform init -backend=false

terraform {
  backend "s3" {
    key          = "shop/dev/terraform.tfstate"
    encrypt      = true
    use_lockfile = true
  }
}
