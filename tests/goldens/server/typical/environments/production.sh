# Facts of the environment production for the scripts in ops/.
# shellcheck shell=sh disable=SC2034

# Name of the application, which is also that of the Compose project.
name=ticket-desk

# Directory of the scripts, from the project's root: messages contain commands.
scripts=infra/server/ops

# SSH. An empty host means this machine.
host=203.0.113.10
user=deploy
port=22
jump_host=''

# Directory of the application on the machine.
directory=/srv/ticket-desk

# Public host name; empty if none is set.
domain=desk.example.com

# Processor architecture and memory (MiB) that the machine must have. Empty and 0 accept any.
architecture=amd64
memory_mb=2048

# Services that listen, each with NAME:PORT:HEALTH_PATH:HEALTH_HOST.
listening=web:8000:/health:

# Services without a port, commands that run once before a version starts, and scheduled commands.
workers=worker
releases=migrate
scheduled=''

# Stores that run on the machine.
stores='postgres redis'

# Variables in NAME.app.env that name the buckets of the object store on the machine.
buckets=''

# Profiles of Compose that are always enabled.
profiles=''

# Secrets that are generated on the machine, and secrets that a person sets. The application does not receive those of the
# stack.
generated_secrets='POSTGRES_PASSWORD REDIS_PASSWORD RESTIC_PASSWORD SESSION_SECRET'
given_secrets='PAGER_API_KEY RESTIC_AWS_ACCESS_KEY_ID RESTIC_AWS_SECRET_ACCESS_KEY'
stack_secrets='POSTGRES_PASSWORD REDIS_PASSWORD RESTIC_PASSWORD RESTIC_AWS_ACCESS_KEY_ID RESTIC_AWS_SECRET_ACCESS_KEY'
secrets_source=machine

# Address of the restic repository; empty for none. Volumes that backups include.
backup_repository=s3:https://s3.example.com/backups
volumes=app-data
