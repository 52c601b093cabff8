"""The Docker backend: a Compose stack for local development."""

NAME = "docker"
SUMMARY = "a Compose stack for local development"
