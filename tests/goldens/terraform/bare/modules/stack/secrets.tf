# Names of the application's secrets, without values.

locals {
  # No secret has to be set manually.
  external_secrets = {}

  # Used only by this application; Terraform generates the values and does not store them.
  generated_secrets = ["DAZZLE_SECRET_KEY", "DAZZLE_SESSION_SECRET", "JWT_SECRET"]
}
