# Facts of the environment prod-eu-west for the scripts in ops/.
# shellcheck shell=sh disable=SC2034

# Prefix of all names, which is also the name of the cluster.
name='all-of-it-and-a-long-prod-eu-west'

# Values of envs/prod-eu-west/terraform.tfvars; the scripts read that file, and use these if it does not set them.
region='eu-west-1'
account='123456789012'
registry_access='auto'

# Services that the load balancer reaches, all services, and tasks that end.
entry_points='web admin-api hooks'
services='web admin-api hooks worker'
tasks='migrate scheduled'

# Secrets that are set by hand.
secrets='CRM_TOKEN OPENAI_API_KEY'

log_group='/all-of-it-and-a-long-prod-eu-west/app'
