# Names of the application's secrets, never their values.

locals {
  # No secret has to be filled in by a person.
  external_secrets = {}

  # Only this application knows these; they are made here and kept nowhere else.
  generated_secrets = []
}
