"""The memory of the containers of one machine, and the settings of PostgreSQL that follow from it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Final

from dazzle_infra.errors import UsageError
from dazzle_infra.values.records import Part
from dazzle_infra.workload.model import Engine, Kind

__all__ = ["SMALLEST_MACHINE", "Memory", "PostgresSizes", "memory_of", "postgres_sizes"]

SMALLEST_MACHINE: Final = 1024
"""The least memory of a machine, MiB."""

_LEAST: Final[Mapping[Kind, int]] = {"web": 160, "process": 160, "worker": 128}
"""The least memory of a container of the application by the kind of its service, MiB."""

_TASK: Final = 128
_MONITORING: Final = (
    ("alertmanager", 48),
    ("blackbox-exporter", 32),
    ("node-exporter", 32),
    ("postgres-exporter", 32),
    ("prometheus", 224),
)


class Memory(Part):
    """The limit of a container.

    Attributes:
        name: The service.
        megabytes: Its limit, MiB.
    """

    name: str
    megabytes: int


class PostgresSizes(Part):
    """Settings of PostgreSQL.

    Attributes:
        shared_buffers_mb: A quarter of the container's memory (PostgreSQL documentation, "Resource Consumption").
        effective_cache_size_mb: Half of it: the page cache of the container counts towards its limit.
        work_mem_mb: Memory of one sort or hash.
        maintenance_work_mem_mb: Memory of one index build or vacuum.
        max_connections: Number of connections.
    """

    shared_buffers_mb: int = 64
    effective_cache_size_mb: int = 128
    work_mem_mb: int = 2
    maintenance_work_mem_mb: int = 16
    max_connections: int = 50


def memory_of(
    total: int, kinds: Mapping[str, Kind], engines: Collection[Engine], *, own_storage: bool, monitoring: bool
) -> list[Memory]:
    """Return the limit of each container, sorted by name; together they leave a part for the system.

    A service that listens runs twice while a version is deployed. Tasks run one at a time.

    Args:
        total: The memory of the machine, MiB.
        kinds: The kind of each service of the application, by name.
        engines: The engines of its stores.
        own_storage: Whether an object store runs on the machine.
        monitoring: Whether Prometheus and its exporters run on the machine.

    Raises:
        UsageError: The machine does not have enough memory.
    """

    def fixed_of(size: int) -> dict[str, int]:
        return dict(_fixed(size, engines, own_storage=own_storage, monitoring=monitoring))

    fixed = fixed_of(total)
    running = {name: _LEAST[kind] for name, kind in kinds.items() if kind in _LEAST}
    least = sum(megabytes * (1 if kinds[name] == "worker" else 2) for name, megabytes in running.items())
    left = _left(total, fixed)
    if left < least or total < SMALLEST_MACHINE:
        sizes = range(SMALLEST_MACHINE, 1 << 20, 256)
        needed = next(size for size in sizes if _left(size, fixed_of(size)) >= least)
        raise UsageError(f"the containers need a machine with at least {needed} MiB of memory")
    share = left / least
    limits = {**fixed, **{name: int(megabytes * share) for name, megabytes in running.items()}}
    return [Memory(name=name, megabytes=limits[name]) for name in sorted(limits)]


def postgres_sizes(memory: Sequence[Memory]) -> PostgresSizes:
    """Return the settings of PostgreSQL for the limit of its container."""
    limit = next((one.megabytes for one in memory if one.name == "postgres"), 256)
    connections = 50 if limit < 512 else 100
    return PostgresSizes(
        shared_buffers_mb=limit // 4,
        effective_cache_size_mb=limit // 2,
        work_mem_mb=max(1, limit // 4 // connections),
        maintenance_work_mem_mb=max(16, limit // 16),
        max_connections=connections,
    )


def _left(total: int, fixed: Mapping[str, int]) -> int:
    """Return what a machine has besides the kernel, Docker, the services of the system, and fixed limits, MiB."""
    return total - (160 + total // 16) - sum(fixed.values())


def _fixed(
    total: int, engines: Collection[Engine], *, own_storage: bool, monitoring: bool
) -> Iterator[tuple[str, int]]:
    yield "caddy", min(128, max(64, total // 32))
    yield "task", max(_TASK, total // 16)
    yield "backup", max(_TASK, total // 16)
    if "postgresql" in engines:
        yield "postgres", max(160, total // 4 - 96)
    if "redis" in engines:
        yield "redis", min(512, max(48, total // 20))
    if "s3" in engines and own_storage:
        yield "storage", min(1024, max(256, total // 8))
    if monitoring:
        yield from _MONITORING
