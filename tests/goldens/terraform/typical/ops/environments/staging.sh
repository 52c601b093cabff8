# Facts of the environment staging for the scripts in ops/.
# shellcheck shell=sh disable=SC2034

# Prefix of all names, which is also the name of the cluster.
name='ticket-desk-staging'

# Values of envs/staging/terraform.tfvars; the scripts read that file, and use these if it does not set them.
region='eu-central-1'
account=''
registry_access='auto'

# Services that the load balancer reaches, all services, and tasks that end.
entry_points='web'
services='web worker'
tasks='migrate'

# Secrets that are set by hand.
secrets='PAGER_DUTY_API_KEY'

log_group='/ticket-desk-staging/app'
