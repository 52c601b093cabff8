# Facts of the environment dev for the scripts in ops/.
# shellcheck shell=sh disable=SC2034

# Prefix of all names, which is also the name of the cluster.
name='all-of-it-and-a-long-dev'

# Region of the environment, as in envs/dev/terraform.tfvars.
region='us-east-1'

# Account of the environment; empty for the account of the login.
account=''

# Services that the load balancer reaches, all services, and tasks that end.
entry_points='web admin-api hooks'
services='web admin-api hooks worker'
tasks='migrate scheduled'

# Secrets that are set by hand.
secrets='CRM_TOKEN OPENAI_API_KEY'

log_group='/all-of-it-and-a-long-dev/app'
