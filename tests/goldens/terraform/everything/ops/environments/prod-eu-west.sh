# Facts of the environment prod-eu-west for the scripts in ops/.
# shellcheck shell=sh disable=SC2034

# Prefix of all names, which is also the name of the cluster.
name='all-of-it-and-a-long-prod-eu-west'

# Region of the environment, as in envs/prod-eu-west/terraform.tfvars.
region='eu-west-1'

# Account of the environment; empty for the account of the login.
account='123456789012'

# Services that the load balancer reaches, all services, and tasks that end.
entry_points='web admin-api hooks'
services='web admin-api hooks worker'
tasks='migrate scheduled'

# Secrets that are set by hand.
secrets='CRM_TOKEN OPENAI_API_KEY'

log_group='/all-of-it-and-a-long-prod-eu-west/app'
