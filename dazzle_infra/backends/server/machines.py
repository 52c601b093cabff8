"""Environments that would share a machine or a domain name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from dazzle_infra.project.manifest import Problem
from dazzle_infra.values.words import written

if TYPE_CHECKING:
    from dazzle_infra.backends.server.settings import ServerEnvironmentTable
    from dazzle_infra.project.manifest import EnvironmentTable

__all__ = ["shared_machines"]

_Path = tuple[str, ...]


def shared_machines(
    settings: Mapping[str, ServerEnvironmentTable], tables: Mapping[str, EnvironmentTable], table: Sequence[str]
) -> Iterator[Problem]:
    """Yield the problem of each environment that has the domain name or the machine of an earlier one.

    The directory makes no difference: the Compose project, the timers and the published ports are the same. Another
    port or jump host can lead to another machine.

    Args:
        settings: The settings of the environments by name.
        tables: The `[infra.env.NAME]` tables by name.
        table: The path of the table of the server.
    """
    domains: dict[str, _Path] = {}
    machines: dict[tuple[str, int, str], _Path] = {}
    for name, one in settings.items():
        own = (*table, "env", name)
        is_shared = name in tables and one.domain_name is not None and tables[name].domain_name == one.domain_name
        domain_key = ("infra", "env", name, "domain_name") if is_shared else (*own, "domain_name")
        if one.domain_name is not None:
            first = domains.setdefault(one.domain_name, domain_key)
            if first != domain_key:
                says = f" is the domain name of another environment already ({written(first)})"
                yield Problem(domain_key, says, "give each environment a domain name of its own")
                continue
        host = one.host or one.domain_name
        if host is not None:
            key = (*own, "host") if one.host else domain_key
            first = machines.setdefault((host.lower(), one.port, one.jump_host or ""), key)
            if first != key:
                says = f" is the machine of another environment already ({written(first)})"
                hint = "give each environment a machine of its own: on one, they use the same ports and Compose project"
                yield Problem(key, says, hint)
