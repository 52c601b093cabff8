# Facts of the environment staging for the scripts in ops/.
# shellcheck shell=sh disable=SC2034

# Prefix of all names, which is also the name of the cluster.
name='ticket-desk-staging'

# Region of the environment, as in envs/staging/terraform.tfvars.
region='eu-central-1'

# Account of the environment; empty for the account of the login.
account=''

# Services that the load balancer reaches, all services, and tasks that end.
entry_points='web'
services='web worker'
tasks='migrate'

# Secrets that are set by hand.
secrets='PAGER_DUTY_API_KEY'

log_group='/ticket-desk-staging/app'
