# Names of the application's secrets, without values.

locals {
  # Set manually, as DEPLOYMENT.md describes.
  external_secrets = {
    # integration crm
    CRM_TOKEN = "integration crm"
    # llm_model fast | slow
    OPENAI_API_KEY = "llm_model fast | slow"
  }

  # Used only by this application; Terraform generates the values and does not store them.
  generated_secrets = ["DAZZLE_SECRET_KEY", "DAZZLE_SESSION_SECRET", "JWT_SECRET"]
}
