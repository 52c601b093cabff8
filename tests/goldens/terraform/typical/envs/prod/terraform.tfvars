# Ticket Desk, prod: a production environment.
#
# You can change every value: an update keeps your edits. A variable that is left out has its default.

# Where it runs.
region = "us-east-1"

# Number of the account; empty where the credentials alone decide. Credentials of another account are refused.
account_id = ""

# The image that runs, with its registry and a tag or a digest.
container_image = "registry.example.com/desk/app:1.4.2"

# How the image is pulled: "auto", "public", or "credentials" for a private registry. container_image is only the first
# image: README.md describes how to deploy another one.
container_registry_access = "auto"

# Processor that the image is built for: amd64 or arm64.
container_architecture = "amd64"

# Public host name of the application; empty for a name of the cloud's own.
domain_name = "desk.example.com"

# The cloud's public DNS zone that holds that name; empty where the DNS is elsewhere.
dns_zone = "example.com"

# Certificate of that name; empty to have one made and proven in the DNS.
certificate_arn = ""

# Domain below which each tenant has a host name; empty if this environment serves none of them.
tenant_domain = ""

# A web application firewall in front of the load balancer.
web_firewall = true

# Requests that one address may send in five minutes if the firewall is on; 0 for no limit.
web_rate_limit = 10000

# Whether data and the load balancer resist deletion.
deletion_protection = true

# Raise it by one to make new passwords and secrets.
secrets_version = 1

# Days that logs are kept.
log_retention_days = 365

# Whether Container Insights measures the containers.
container_metrics = true

# Whether people can open a shell in a one-off task, and through it a tunnel to the database; they can read the secrets.
shell_access = false

# Where alarms go; empty for nobody.
alarm_email = ""

# ---------------------------------------------------------------------------------------------------------- network

# The network's private IPv4 range, /16 to /20.
network_cidr = "10.0.0.0/16"

# Number of availability zones, 2 to 4.
zone_count = 3

# IDs of availability zones that are not used. A change replaces subnets.
excluded_zone_ids = []

# NAT gateways: "single", or "per_zone".
nat_gateways = "per_zone"

# Whether the cloud's own services are reached without the NAT gateways.
private_endpoints = false

# Ports on which the application connects to other systems, besides 443 and those that addresses in `settings` name.
egress_ports = []

# ------------------------------------------------------------------------------------------------------ application

# Whether services and schedules run; README.md describes when it is false.
start_services = true

# Size of each copy: "small", "medium" or "large".
app_size = "medium"

# CPU units and MiB of each copy; 0 for those of its size.
app_cpu = 0

# CPU units and memory belong together.
app_memory_mb = 0

# Smallest number of copies.
app_min_count = 2

# Largest number of copies.
app_max_count = 10

# Size of what runs beside the application.
worker_size = "medium"

# Its CPU units; 0 for those of its size.
worker_cpu = 0

# Its memory, MiB; 0 for that of its size.
worker_memory_mb = 0

# Number of workers.
worker_count = 2

# --------------------------------------------------------------------------------------------------------- database

# Size of the server: "small", "medium" or "large".
database_size = "medium"

# The cloud's own name of a server size; empty for that of database_size.
database_instance = ""

# Allocated storage, GiB.
database_storage_gb = 100

# How far storage may grow by itself, GiB.
database_max_storage_gb = 500

# Whether a standby runs in a second zone.
database_high_availability = true

# Days that automatic backups are kept.
database_backup_days = 30

# Interval of the server's enhanced monitoring, seconds; 0 for none.
database_monitoring_seconds = 60

# Whether a deleted server leaves a last snapshot and its automatic backups behind.
database_final_snapshot = true

# ------------------------------------------------------------------------------------------------------------ cache

# Size of the cache: "small", "medium" or "large".
cache_size = "medium"

# The cloud's own name of a cache size; empty for that of cache_size.
cache_instance = ""

# Whether a replica runs in a second zone.
cache_high_availability = true

# --------------------------------------------------------------------------------------------------------- settings

# Plain variables of the application; an empty one is not set. Secrets have no place here: README.md says where.
settings = {
  # integration pager_duty
  PAGER_DUTY_BASE_URL = "https://api.pagerduty.example"
}
