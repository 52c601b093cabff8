# Where the state of this environment is.
bucket = "all-of-it-tfstate"
region = "eu-west-1"
