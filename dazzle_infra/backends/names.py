"""The names of the backends: those of this package, and those of others, without their classes.

Importing a backend takes longer than printing the help, so that a class is imported when it is needed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dazzle_infra.backends import ci, docker, server, terraform
from dazzle_infra.plugins.discovery import plugins

if TYPE_CHECKING:
    from dazzle_infra.backends.base import Backend

__all__ = [
    "BUILT_IN",
    "COMMANDS",
    "GROUP",
    "REGISTERED",
    "BuiltIn",
    "is_backend_name",
    "known_backends",
    "reserved_names",
]

GROUP = "dazzle_infra.backends"
"""The group of entry points of packages that add backends."""


class BuiltIn(NamedTuple):
    """A backend of this package.

    Attributes:
        name: Its name.
        summary: One line of display text.
        module: The module of its class.
        kind: The name of its class.
        is_default: Whether `dazzle infra all` generates it where dazzle.toml names no backends.
    """

    name: str
    summary: str
    module: str
    kind: str
    is_default: bool


BUILT_IN = (
    BuiltIn(docker.NAME, docker.SUMMARY, "dazzle_infra.backends.docker.backend", "DockerBackend", is_default=True),
    BuiltIn(
        *(terraform.NAME, terraform.SUMMARY, "dazzle_infra.backends.terraform.backend", "TerraformBackend"),
        is_default=True,
    ),
    BuiltIn(server.NAME, server.SUMMARY, "dazzle_infra.backends.server.backend", "ServerBackend", is_default=False),
    BuiltIn(ci.NAME, ci.SUMMARY, "dazzle_infra.backends.ci.backend", "CiBackend", is_default=False),
)
"""In the order in which they run."""

COMMANDS = frozenset(
    {
        *("all", "backends", "cache", "check", "config", "diff", "doctor", "explain", "hooks", "plan", "schema"),
        *("status", "template", "undo", "update"),
    }
)
"""The commands, whose names no backend can have."""

REGISTERED: list[Backend] = []
"""The backends that `register_backend` added."""


def known_backends() -> dict[str, str]:
    """Return one line about each backend by its name, in the order in which they run; no class is imported."""
    known = {one.name: one.summary for one in BUILT_IN}
    for plugin in plugins(GROUP):
        if is_backend_name(plugin.name):
            known.setdefault(plugin.name, f"the files of {plugin.origin}")
    for one in REGISTERED:
        known.setdefault(one.name, one.summary)
    return known


def is_backend_name(name: str) -> bool:
    """Return whether a name is well-formed and not reserved."""
    # Most environments have no package with a backend.
    from dazzle_infra.values.names import BACKEND_NAME
    from dazzle_infra.values.rules import RefusedError

    try:
        return BACKEND_NAME.check(name) not in reserved_names()
    except RefusedError:
        return False


def reserved_names() -> frozenset[str]:
    """Return the names that no backend can have: those of commands, and of keys of dazzle.toml and config.toml."""
    from dazzle_infra.config.tables import ConfigTable
    from dazzle_infra.project.manifest import InfraTable

    others = {"custom", "embedded", "env", "help", "recorded"}
    return COMMANDS.union(others, InfraTable.model_fields, ConfigTable.model_fields)
