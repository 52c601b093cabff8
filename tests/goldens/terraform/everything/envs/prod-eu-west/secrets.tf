# Names of the application's secrets, never their values.

locals {
  # A person fills these in; README.md says how.
  external_secrets = {
    # integration crm
    CRM_TOKEN = "integration crm"
    # llm_model fast | slow
    OPENAI_API_KEY = "llm_model fast | slow"
  }

  # Only this application knows these; they are made here and kept nowhere else.
  generated_secrets = ["DAZZLE_SECRET_KEY", "DAZZLE_SESSION_SECRET", "JWT_SECRET"]
}
