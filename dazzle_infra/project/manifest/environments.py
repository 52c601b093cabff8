"""The environments of the application: `[infra.env.NAME]`, and the lists of the backends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dazzle_infra.project.manifest.backend_tables import BackendSettings
from dazzle_infra.project.manifest.problem import Problem
from dazzle_infra.project.manifest.problems import broken
from dazzle_infra.project.manifest.tables import InfraTable
from dazzle_infra.values.names import ENVIRONMENT_NAME
from dazzle_infra.values.words import nearest, quoted

__all__ = ["DEFAULT_ENVIRONMENTS", "check_environments", "environment_names"]

DEFAULT_ENVIRONMENTS = ("dev", "staging", "prod")
"""The environments of an application whose dazzle.toml names none."""


def environment_names(infra: InfraTable, settings: Mapping[str, BackendSettings]) -> tuple[str, ...]:
    """Return the names of the environments.

    They are those that the backends of `[infra] backends` list. If none of them lists environments, they are those of
    `[infra.env]`, else the default ones.

    Args:
        infra: The tables.
        settings: The tables of the backends, by name.
    """
    lists = [settings[name].environment_names() for name in infra.backends if name in settings]
    stated = dict.fromkeys(name for names in lists if names is not None for name in names)
    return tuple(stated or infra.env or DEFAULT_ENVIRONMENTS)


def check_environments(infra: InfraTable, known: Sequence[str]) -> Iterator[Problem]:
    """Yield each `[infra.env.NAME]` of an environment that does not exist.

    Args:
        infra: The tables.
        known: The names of the environments.
    """
    for name in infra.env:
        path = ("infra", "env", name)
        yield from broken(ENVIRONMENT_NAME, name, path, table=True)
        if name not in known:
            near = nearest(name, known)
            guess = f"; did you mean {near}?" if near else ""
            hint = f"the environments are {', '.join(known)}; add it to `environments` of a backend"
            yield Problem(path, f" is not a known environment{guess}", hint, table=True)
        target = infra.env[name].target
        if target is not None and target not in infra.backends:
            near = nearest(target, infra.backends)
            guess = f"; did you mean {near}?" if near else ""
            hint = f"add it to [infra] backends, which are {', '.join(infra.backends)}; or remove the key"
            yield Problem((*path, "target"), f": {quoted(target)} is not enabled{guess}", hint)
