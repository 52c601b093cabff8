# Facts of the environment dev for the scripts in ops/.
# shellcheck shell=sh disable=SC2034

# Prefix of all names, which is also the name of the cluster.
name='ticket-desk-dev'

# Values of envs/dev/terraform.tfvars; the scripts read that file, and use these if it does not set them.
region='us-east-1'
account=''
registry_access='auto'

# Services that the load balancer reaches, all services, and tasks that end.
entry_points='web'
services='web worker'
tasks='migrate'

# Secrets that are set by hand.
secrets='PAGER_DUTY_API_KEY'

log_group='/ticket-desk-dev/app'
