"""One mistake in a manifest, and what the check of a table is told of the rest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dazzle_infra.values.words import KeyPath

if TYPE_CHECKING:
    from dazzle_infra.project.manifest.tables import EnvironmentTable

__all__ = ["CheckContext", "Problem"]


@dataclass(frozen=True)
class Problem:
    """One mistake in a manifest.

    Attributes:
        path: The key.
        says: The mistake, as the rest of a sentence that begins with the key.
        hint: What to do, or None.
        table: Whether the key is that of a table.
        absent: Whether the key is not set.
        is_whole: Whether `says` is the whole sentence, so that the key is not put before it.
    """

    path: KeyPath
    says: str
    hint: str | None = None
    table: bool = False
    absent: bool = False
    is_whole: bool = False


@dataclass(frozen=True)
class CheckContext:
    """What the check of a backend's table is told of the rest of dazzle.toml.

    Attributes:
        table: The path of the table, such as `("infra", "docker")`.
        module_paths: Where the model's files are, POSIX, normalised.
        directories: The output directories of all backends.
        environments: The `[infra.env.NAME]` tables by name.
        environment_names: The names of the environments.
        dockerfile: The project's own Dockerfile, or None.
    """

    table: tuple[str, ...]
    module_paths: Sequence[str]
    directories: Sequence[str]
    environments: Mapping[str, EnvironmentTable]
    environment_names: Sequence[str]
    dockerfile: str | None = None
