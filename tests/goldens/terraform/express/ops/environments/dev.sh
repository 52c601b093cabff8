# Facts of the environment dev for the scripts in ops/.
# shellcheck shell=sh disable=SC2034

# Prefix of all names, which is also the name of the cluster.
name='shop-dev'

# Values of envs/dev/terraform.tfvars; the scripts read that file, and use these if it does not set them.
region='us-east-1'
account=''
registry_access='auto'

# Services that the load balancer reaches, all services, and tasks that end.
entry_points='web'
services='web worker'
tasks=''

# Secrets that are set by hand.
secrets=''

log_group='/shop-dev/app'
