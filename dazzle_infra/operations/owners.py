"""Detection of files that two backends would write."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from dazzle_infra.backends.base import Backend
from dazzle_infra.errors import DazzleInfraError, Where

__all__ = ["refuse_two_owners"]


def refuse_two_owners(files: Iterable[tuple[Backend, Path, str]]) -> None:
    """Refuse files that two backends would write, because the second would replace the file of the first.

    Args:
        files: For each file to be written the backend, the root, and the path relative to the root.

    Raises:
        DazzleInfraError: Two backends write one file; the message names both.
    """
    owners: dict[tuple[Path, str], Backend] = {}
    for backend, root, path in files:
        # Case is ignored, because some file systems ignore it.
        other = owners.setdefault((root, path.casefold()), backend)
        if other.name != backend.name:
            raise DazzleInfraError(
                f"{_called(other)} and {_called(backend)} both generate {path}",
                code="two_owners",
                where=Where(file=path),
                hint="remove one of them from [infra] backends, or change the name of the file in one of the templates",
            )


def _called(backend: Backend) -> str:
    return f"the backend {backend.name} of {backend.origin}" if backend.origin else f"the backend {backend.name}"
