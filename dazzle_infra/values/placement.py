"""The location of a backend's files, relative to the folder that holds the records of runs."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["ANSWERS_FILE", "TOP", "Place"]

ANSWERS_FILE = ".copier-answers.yml"
"""Name of the answers file in a rendered tree, and on disk where a backend has a directory of its own."""

TOP = "."
"""The directory of files that are placed at the top of a repository."""


@dataclass(frozen=True)
class Place:
    """The location of a backend's files: a directory of its own, or the top of a repository with other files in it.

    Attributes:
        directory: The directory, POSIX, relative to the root; `TOP` for the root itself.
        answers_file: Name of the answers file. Several applications can share the top of a repository, so each has a
            different name there.
    """

    directory: str
    answers_file: str = ANSWERS_FILE

    @property
    def is_shared(self) -> bool:
        """Whether the directory contains other files, so that only rendered paths belong to the backend."""
        return self.directory == TOP

    def at(self, path: str) -> str:
        """Return the path of a rendered file, POSIX, relative to the root."""
        name = self.answers_file if path == ANSWERS_FILE else path
        return name if self.directory == TOP else f"{self.directory}/{name}"

    def inside(self, path: str) -> str | None:
        """Return the rendered path of a file of the root, or None if the file is outside the directory."""
        if self.directory == TOP:
            name = path
        elif path.startswith(f"{self.directory}/"):
            name = path.removeprefix(f"{self.directory}/")
        else:
            return None
        return ANSWERS_FILE if name == self.answers_file else name

    @property
    def answers(self) -> str:
        """The path of the answers file, POSIX, relative to the root."""
        return self.at(ANSWERS_FILE)

    def __str__(self) -> str:
        """Return its name in messages: the directory, or the answers file if the directory is shared."""
        return self.answers_file if self.is_shared else self.directory
