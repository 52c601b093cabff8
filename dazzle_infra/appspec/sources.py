"""Paths as the people of the project know them: those of the DSL's files, and those that dazzle.toml names."""

from __future__ import annotations

import os
from pathlib import Path, PurePosixPath

__all__ = ["Locator", "named_path"]


class Locator:
    """Makes the paths of an AppSpec's source locations relative to a project.

    DAZZLE writes absolute paths, of the machine that it ran on. A file that stands there is named relative to the
    project; of any other path the longest ending is taken that is a file of the project, and if there is none the
    path stays as it is.
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
            # A path that the system cannot even look up, such as one that is too long.
            pass
        return file


def named_path(project: Path, path: str) -> Path:
    """Return where a path of dazzle.toml leads: relative to the project, absolute, or below the home folder as `~/`."""
    try:
        return project / Path(path).expanduser()
    except RuntimeError:  # there is no home folder
        return project / path
