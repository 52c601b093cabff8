"""Small projects of other runtimes, which the end-to-end tests start as stacks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.support.measurements import EDIT

__all__ = ["IN_MEMBER", "Edit", "Migration", "SampleApplication"]

IN_MEMBER = "edit of another member of the workspace until served"


@dataclass(frozen=True)
class Edit:
    """A change of a file, which `GET /` or the pages show afterwards.

    Attributes:
        file: The file, below the root of the repository.
        old: Text in the file.
        new: Text that replaces it.
        measured: What the table calls the time that it takes.
    """

    file: str
    old: str = "Welcome"
    new: str = "Good morning"
    measured: str = EDIT


@dataclass(frozen=True)
class Migration:
    """A new file that adds the column `priority` to the table `ticket`.

    Attributes:
        file: The file, below the root of the repository.
        content: What it contains.
    """

    file: str
    content: str


@dataclass(frozen=True)
class SampleApplication:
    """A project.

    Each one but a static one has a table `ticket` with the column `title`, `POST /tickets/TITLE`, `GET /tickets` with
    `titles`, `GET /` with `greeting`, and `GET /health`, which asks the database. Its worker sets the column `closed`.

    Attributes:
        name: What the table of measurements calls it.
        files: Its files, below the root of the repository.
        edits: Changes of its files.
        settings: Lines for dazzle.toml after `[project]`; the table `[infra.docker]`, if any, ends them.
        folder: The folder of dazzle.toml, below the root of the repository.
        port: The port of `web`.
        lock: An image with a package manager, and the command that makes the lock at the root of the repository.
        migration: A change of the database.
        has_worker: Whether it has a worker.
        migrates_itself: Whether `watch` brings a migration into the database, without the first command.
        contained: The path of a file in the image.
        is_static: Whether it consists of built pages, without a database.
    """

    name: str
    files: Mapping[str, str]
    edits: tuple[Edit, ...]
    settings: str = ""
    folder: str = "."
    port: int = 8000
    lock: tuple[str, str] | None = None
    migration: Migration | None = None
    has_worker: bool = False
    migrates_itself: bool = True
    contained: str = "opt/app/"
    is_static: bool = False
