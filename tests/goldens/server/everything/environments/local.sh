# Facts of the environment `local` for the scripts in ops/: the stack on this machine, for a production-like test.
# shellcheck shell=sh disable=SC2034

# Name of the application, which is also that of the Compose project.
name=all-of-it-and-a-longer-name

# Directory of the scripts, from the project's root: messages contain commands.
scripts=deploy/machines/ops

# SSH. An empty host means this machine.
host=''
user=''
port=22
jump_host=''

# Directory of the application: DAZZLE_LOCAL_DIRECTORY, or one in the home directory.
directory=${DAZZLE_LOCAL_DIRECTORY:-${HOME:?}/.local/share/all-of-it-and-a-longer-name}

# Public host name; empty if none is set.
domain=localhost

# Processor architecture and memory (MiB) that the machine must have. Empty and 0 accept any.
architecture=''
memory_mb=0

# Services that listen, each with NAME:PORT:HEALTH_PATH:HEALTH_HOST.
listening='web:8000:/health:all.example.com live-updates:8010:/live/up:'

# Services without a port, commands that run once before a version starts, and scheduled commands.
workers=worker
releases=migrate
scheduled=nightly

# Stores that run on the machine.
stores='postgres redis storage'

# Variables in NAME.app.env that name the buckets of the object store on the machine.
buckets=FILES_BUCKET

# Profiles of Compose that are always enabled.
profiles=monitoring

# Secrets that are generated on the machine, and secrets that a person sets. The application does not receive those of the
# stack.
generated_secrets='POSTGRES_PASSWORD REDIS_PASSWORD RESTIC_PASSWORD SESSION_SECRET STORAGE_ACCESS_KEY STORAGE_SECRET_KEY'
given_secrets=PAGER_API_KEY
stack_secrets='POSTGRES_PASSWORD REDIS_PASSWORD STORAGE_ACCESS_KEY STORAGE_SECRET_KEY RESTIC_PASSWORD'
secrets_source=machine

# Address of the restic repository; empty for none. Volumes that backups include.
backup_repository=''
volumes='app-data storage-data'
