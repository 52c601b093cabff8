"""The server backend: one Linux machine in production."""

NAME = "server"
SUMMARY = "Compose stack, Ansible playbooks and scripts for one Linux server"
