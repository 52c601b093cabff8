"""The processes of the application that listen on a port."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from dazzle_infra.project.manifest.problem import Problem
from dazzle_infra.project.manifest.problems import broken, missing
from dazzle_infra.project.manifest.tables import EntryPointTable
from dazzle_infra.project.runtimes.record import RuntimeRecord
from dazzle_infra.values.names import ENTRY_POINT_NAME
from dazzle_infra.values.records import EntryPoint
from dazzle_infra.values.words import KeyPath

__all__ = ["check_entry_points", "entry_points_of"]

_WEB = "web"
_RESERVED = {
    "application",
    "database",
    "database-console",
    "develop",
    "mail",
    "migrate",
    "redis",
    "runtime",
    "scheduled",
    "scheduler",
    "storage",
    "storage-buckets",
    "worker",
}
"""Services and tasks that the templates create in addition to the entry points."""


def check_entry_points(tables: Mapping[str, EntryPointTable], web_port: int) -> Iterator[Problem]:
    """Yield what does not fit together; ports and URL paths are those that are rendered, defaults included."""
    taken: dict[tuple[str, object], str] = {}
    for name, table in _with_web(tables):
        path: KeyPath = ("infra", "entry_points", name)
        yield from broken(ENTRY_POINT_NAME, name, path, table=True)
        if name in _RESERVED:
            yield Problem(path, " has a reserved name: a generated service uses it", "choose another name", table=True)
        port, prefix = _port(name, table, web_port), _prefix(name, table)
        if name == _WEB and prefix != "/":
            yield Problem((*path, "path"), ' must be "/" for web, which serves all other paths')
        if port is None:
            yield missing((*path, "port"))
        if name != _WEB and not table.command:
            yield missing((*path, "command"))
        for key, value in (("port", port), ("path", prefix.rstrip("/"))):
            other = taken.setdefault((key, value), name)
            if other != name and value is not None:
                yield Problem(
                    (*path, key),
                    f" is already used by the entry point {other}",
                    "use a different one for each entry point",
                )


def entry_points_of(
    tables: Mapping[str, EntryPointTable], runtime: RuntimeRecord, web_command: Sequence[str] = ()
) -> tuple[EntryPoint, ...]:
    """Return what listens, `web` first, the others by name; the tables hold what `check_entry_points` asks.

    Args:
        tables: What dazzle.toml says.
        runtime: What gives `web` its port and health path where it says none.
        web_command: The command of `web` where it says none.
    """
    return tuple(
        EntryPoint(
            name=name,
            command=list(table.command or (web_command if name == _WEB else ())),
            port=_port(name, table, runtime.language.port) or 0,
            health_path=_health_path(name, table, runtime),
            path=_prefix(name, table),
        )
        for name, table in _with_web(tables)
    )


def _with_web(tables: Mapping[str, EntryPointTable]) -> list[tuple[str, EntryPointTable]]:
    every = {_WEB: EntryPointTable(), **tables}
    return sorted(every.items(), key=lambda item: (item[0] != _WEB, item[0]))


def _port(name: str, table: EntryPointTable, web_port: int) -> int | None:
    return table.port or (web_port if name == _WEB else None)


def _health_path(name: str, table: EntryPointTable, runtime: RuntimeRecord) -> str:
    is_stated = name != _WEB or "health_path" in table.model_fields_set
    return table.health_path if is_stated else runtime.health_path


def _prefix(name: str, table: EntryPointTable) -> str:
    return table.path or ("/" if name == _WEB else f"/{name}")
