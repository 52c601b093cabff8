# State bucket of this environment.
bucket = "all-of-it-tfstate"
region = "eu-west-1"

# Key that encrypts the state.
encrypt    = true
kms_key_id = "arn:aws:kms:eu-west-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"

# Credentials of another account are refused.
allowed_account_ids = ["123456789012"]
