# Facts of the environment dev for the scripts in ops/.
# shellcheck shell=sh disable=SC2034

# Prefix of all names, which is also the name of the cluster.
name='bare-dev'

# Region of the environment, as in envs/dev/terraform.tfvars.
region='us-east-1'

# Account of the environment; empty for the account of the login.
account=''

# Services that the load balancer reaches, all services, and tasks that end.
entry_points='web'
services='web'
tasks=''

# Secrets that are set by hand.
secrets=''

log_group='/bare-dev/app'
