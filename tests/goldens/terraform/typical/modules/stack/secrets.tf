# Names of the application's secrets, without values.

locals {
  # Set manually, as DEPLOYMENT.md describes.
  external_secrets = {
    # integration pager_duty
    PAGER_DUTY_API_KEY = "integration pager_duty"
  }

  # Used only by this application; Terraform generates the values and does not store them.
  generated_secrets = ["DAZZLE_SECRET_KEY", "DAZZLE_SESSION_SECRET", "JWT_SECRET"]
}
