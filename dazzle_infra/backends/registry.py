"""The backends that there are."""

from __future__ import annotations

import difflib

from dazzle_infra.backends.base import Backend
from dazzle_infra.backends.docker import DockerBackend
from dazzle_infra.backends.terraform import TerraformBackend
from dazzle_infra.errors import UsageError

__all__ = ["backend", "backends"]

_BACKENDS: tuple[Backend, ...] = (DockerBackend(), TerraformBackend())


def backends() -> tuple[Backend, ...]:
    """Return every backend, in the order in which they run."""
    return _BACKENDS


def backend(name: str) -> Backend:
    """Return the backend of that name.

    Raises:
        UsageError: There is none.
    """
    for candidate in _BACKENDS:
        if candidate.name == name:
            return candidate
    names = [candidate.name for candidate in _BACKENDS]
    near = difflib.get_close_matches(name, names, 1)
    raise UsageError(
        f"there is no backend called {name!r}" + (f"; did you mean {near[0]}?" if near else ""),
        hint=f"the backends are {', '.join(names)}",
    )
