"""The tools that run the Compose stack."""

from __future__ import annotations

from typing import Final

from dazzle_infra.backends.tools import Tool, version_of, version_text

__all__ = ["docker_tools"]

_COMPOSE: Final = (2, 32, 2)
"""`action: restart` of `docker compose watch` came with 2.32.2, and older versions refuse the file."""


def docker_tools() -> list[Tool]:
    """Return Docker, Compose and the engine."""
    client, wanted = version_of("docker", "--version"), ".".join(str(part) for part in _COMPOSE)
    if client is None:
        what = f"install Docker with Compose {wanted} or newer to run the stack"
        return [Tool("docker", None, f"{what}; generating the files does not need it")]
    compose = version_of("docker", "compose", "version", "--short")
    engine = version_of("docker", "version", "--format", "{{.Server.Version}}")
    is_old = compose is None or compose < _COMPOSE
    return [
        Tool("docker", version_text(client)),
        Tool(
            "docker compose",
            version_text(compose),
            f"Compose {wanted} or newer is needed to run the stack" if is_old else "",
        ),
        Tool(
            "docker engine",
            version_text(engine),
            "" if engine else "the engine does not respond; start Docker to run the stack",
        ),
    ]
