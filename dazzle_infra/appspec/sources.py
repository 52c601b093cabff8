"""Paths of DSL files relative to the project, and files that dazzle.toml names."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

__all__ = ["Locator", "named_path"]


class Locator:
    """Converts the paths of an AppSpec's source locations to paths relative to a project.

    Dazzle writes absolute paths of the machine that it ran on. If the file exists, the result is its path relative to
    the project; otherwise it is the longest suffix of the path that is a file of the project, or the path itself.
    """

    def __init__(self, project: Path) -> None:
        self._project = project.resolve()
        self._known: dict[str, str] = {}

    def __call__(self, file: str) -> str:
        """Return the path relative to the project, POSIX."""
        if file not in self._known:
            self._known[file] = self._relative(file.replace("\\", "/"))
        return self._known[file]

    def _relative(self, file: str) -> str:
        try:
            if Path(file).is_absolute() and Path(file).is_file():
                return Path(os.path.relpath(Path(file).resolve(), self._project)).as_posix()
            parts = PurePosixPath(file).parts
            for start in range(len(parts)):
                ending = PurePosixPath(*parts[start:])
                if not ending.is_absolute() and ".." not in ending.parts and (self._project / ending).is_file():
                    return ending.as_posix()
        except (OSError, ValueError):
            # The system cannot look up the path, for example because it is too long.
            pass
        return file


def named_path(project: Path, path: str) -> Path:
    """Return the file that a path of dazzle.toml names: relative to the project, absolute, or `~/` for the home."""
    try:
        return project / Path(path).expanduser()
    except RuntimeError:  # there is no home folder
        return project / path
