"""The variables of an application: bindings to the infrastructure, settings by the user, and secrets."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from typing import Final, Literal, get_args

from dazzle_infra.project.runtimes.record import RuntimeRecord
from dazzle_infra.requirements import because
from dazzle_infra.requirements.model import Evidence, Inferred, Need
from dazzle_infra.workload.model import Binding, Role, Secret, Setting
from dazzle_infra.workload.variables import external, storage_variables

__all__ = ["bindings_of", "secrets_of", "settings_of"]

_ROLES: Final[Mapping[str, tuple[Role, str]]] = {
    "DATABASE_URL": ("url", "database"),
    "QUEUE_URL": ("queue_url", ""),
    "REDIS_URL": ("url", "redis"),
}
"""Role and store of the variables whose names are fixed."""

_MAIL: Final = ("mail_provider", "smtp_host", "smtp_port")

_ROLE_OF: Final[Mapping[str, Role]] = {"buckets": "bucket", "endpoints": "endpoint", "regions": "region"}
_Kind = Literal["buckets", "endpoints", "regions"]
_KINDS: Final[tuple[_Kind, ...]] = get_args(_Kind)

_PER_SERVICE: Final = frozenset({"PORT"})
"""Variables that each service has with a value of its own."""

_PROXY_AWARE: Final = frozenset({"gunicorn", "uvicorn"})
"""Servers that read FORWARDED_ALLOW_IPS (gunicorn: "forwarded-allow-ips"; uvicorn: "--forwarded-allow-ips")."""


def bindings_of(
    inferred: Inferred, needed: Set[Need], buckets: Mapping[str, str], runtime: RuntimeRecord, serve: Sequence[str]
) -> tuple[Binding, ...]:
    """Return the variables whose values the infrastructure knows, by name.

    Args:
        inferred: The requirements that apply.
        needed: Those that are needed.
        buckets: The name of the store of each variable of a bucket.
        runtime: The runtime of the application.
        serve: The command of `web`.
    """
    roles = {**_storage_roles(inferred, buckets), **_ROLES, **_runtime_roles(runtime)}
    bindings = {
        one.name: Binding(
            one.name,
            *roles.get(one.name, ("region", "")),
            secret=one.secret,
            required=not one.cloud_only and not one.local_only,
            evidence=one.evidence,
            because=because(one),
        )
        for one in inferred.environment
        if one.origin == "platform" and one.name not in _PER_SERVICE
    }
    for binding in _of_runtime(inferred, needed, runtime, serve):
        bindings.setdefault(binding.variable, binding)
    return tuple(bindings[name] for name in sorted(bindings))


def _storage_roles(inferred: Inferred, buckets: Mapping[str, str]) -> dict[str, tuple[Role, str]]:
    return {
        name: (_ROLE_OF[kind], buckets.get(name, "")) for kind in _KINDS for name in storage_variables(inferred, kind)
    }


def _runtime_roles(runtime: RuntimeRecord) -> dict[str, tuple[Role, str]]:
    return {
        one.variable: (one.role, "mail" if one.role in _MAIL else "") for one in runtime.bindings if one.role != "port"
    }


def _of_runtime(
    inferred: Inferred, needed: Set[Need], runtime: RuntimeRecord, serve: Sequence[str]
) -> Iterator[Binding]:
    """Yield the variables of the server and the runtime that are not part of the requirements."""
    if serve[0] in _PROXY_AWARE:
        evidence = Evidence("server", serve[0], "trusts the forwarding headers of these addresses")
        yield Binding("FORWARDED_ALLOW_IPS", "trusted_proxies", "", False, False, (evidence,), f"the server {serve[0]}")
    for variable, (role, store) in _runtime_roles(runtime).items():
        if role in _MAIL and "mail" in needed:
            yield _of_need(inferred, "mail", variable, role, store, required=True)
        elif role == "endpoint" and "storage" in needed:
            yield _of_need(inferred, "storage", variable, role, store, required=False)


def _of_need(inferred: Inferred, need: Need, variable: str, role: Role, store: str, *, required: bool) -> Binding:
    requirement = inferred[need]
    return Binding(variable, role, store, False, required, requirement.evidence, because(requirement))


def settings_of(inferred: Inferred) -> tuple[Setting, ...]:
    """Return the variables that the user sets and that are not secrets, by name."""
    return tuple(
        Setting(one.name, one.default or "", one.evidence, because(one)) for one in external(inferred) if not one.secret
    )


def secrets_of(inferred: Inferred) -> tuple[Secret, ...]:
    """Return the secrets that are not part of a store's address, by name, without values."""
    return tuple(
        Secret(one.name, one.origin == "generated", one.evidence, because(one))
        for one in inferred.environment
        if one.secret and one.origin != "platform"
    )
