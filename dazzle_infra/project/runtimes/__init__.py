"""The runtimes: one file for each, registered in one list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from dazzle_infra.project.runtimes import dazzle, django, express, fastapi, fraiseql, nextjs, react
from dazzle_infra.project.runtimes.record import RuntimeRecord

__all__ = ["DEFAULT_RUNTIME", "RUNTIMES", "RUNTIME_NAMES", "ListedName", "RuntimeName", "runtime_record"]

RUNTIMES: Final[tuple[RuntimeRecord, ...]] = (
    dazzle.RUNTIME,
    django.RUNTIME,
    # An application of these two may declare the framework below it, too.
    fraiseql.RUNTIME,
    fastapi.RUNTIME,
    nextjs.RUNTIME,
    express.RUNTIME,
    react.RUNTIME,
)
"""Every runtime, in the order in which they are looked for; the first runs an application that declares none."""

DEFAULT_RUNTIME: Final = RUNTIMES[0]
RUNTIME_NAMES: Final[tuple[str, ...]] = tuple(record.name for record in RUNTIMES)

if TYPE_CHECKING:
    RuntimeName: TypeAlias = str
    ListedName: TypeAlias = str
else:
    RuntimeName = Literal[RUNTIME_NAMES]
    ListedName = Literal[tuple(record.name for record in RUNTIMES if not record.known_as)]
"""The name of a runtime, and one that a template with a list of names knows; validated models accept no other."""


def runtime_record(name: RuntimeName) -> RuntimeRecord:
    """Return the record of a runtime.

    Raises:
        KeyError: There is no runtime of that name.
    """
    for record in RUNTIMES:
        if record.name == name:
            return record
    raise KeyError(name)
