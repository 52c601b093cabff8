"""The server backend: one Linux machine in production."""

NAME = "server"
SUMMARY = "a Compose stack, Ansible playbooks and scripts for one Linux server"
