"""The files that an image can copy: inside the repository of the project, no links, regular files and folders only."""

from __future__ import annotations

import codecs
import os
import posixpath
import re
from dataclasses import dataclass
from pathlib import Path

from dazzle_infra.errors import PackagesError, Where
from dazzle_infra.values.words import quoted

__all__ = ["MAXIMUM_BYTES", "Tree"]

MAXIMUM_BYTES = 50_000_000
"""Lock files of large monorepos have a few megabytes."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks that pip understands; that of UTF-32 begins with that of UTF-16."""

_COPIED = re.compile(r"(?!-)[\w.@+!~-]+(?: [\w.@+!~-]+)*")
"""A part of a path that COPY and an ignore file take literally."""


_LONGEST = 255
"""Bytes of a name in the file systems of Linux and macOS."""


@dataclass(frozen=True)
class Tree:
    """The files of a repository, as far as an image can copy them. Paths are POSIX and relative to its top.

    Attributes:
        root: The top of the git repository, or the project where it is in none.
        project: The project's folder.
    """

    root: Path
    project: str = "."

    @staticmethod
    def around(project: Path) -> Tree:
        """Return the tree of the repository that contains a project."""
        project = project.resolve()
        tops = (folder for folder in (project, *project.parents) if os.path.lexists(folder / ".git"))
        root = next(tops, project)
        return Tree(root, project.relative_to(root).as_posix())

    @property
    def project_folder(self) -> Path:
        """The project's root."""
        return self.root / self.project

    def of_project(self, name: str) -> str:
        """Return the path of a project's file."""
        return posixpath.normpath(posixpath.join(self.project, name))

    def shown(self, path: str) -> str:
        """Return a path as a person in the project's folder writes it."""
        return posixpath.relpath(path, self.project)

    def where(self, path: str, line: int | None = None, key: str | None = None) -> Where:
        """Return a place in a file."""
        return Where(self.shown(path), line, key)

    def exists(self, path: str) -> bool:
        """Say whether there is a regular file, or a link to one."""
        return (self.root / path).is_file()

    def folder_above(self, *names: str) -> str | None:
        """Return the nearest folder, from the project to the root, that contains one of the files; None without one."""
        folder = self.project
        while not any(self.exists(posixpath.normpath(f"{folder}/{name}")) for name in names):
            if folder == ".":
                return None
            folder = posixpath.dirname(folder) or "."
        return folder

    def place(self, written: str, base: str, where: Where, what: str = "path") -> str:
        """Return the path of a file or folder that the project's files refer to.

        Args:
            written: The path as written.
            base: The folder that it is relative to.
            where: The place that refers to it.
            what: What it is called in messages.

        Raises:
            PackagesError: It is absolute, outside of the repository, a link or behind one, does not exist, is no
                regular file or folder, or contains characters that Docker interprets.
        """
        says = f"the {what} {quoted(written)}"
        if "\\" in written:
            raise PackagesError(f"{says} contains \\", where=where, hint="write it with /")
        if written.startswith(("/", "~", "file:")) or re.match(r"[A-Za-z]:", written):
            hint = "move the file into the project and write a relative path; an image contains no file of this machine"
            raise PackagesError(f"{says} is absolute", where=where, hint=hint)
        path = posixpath.normpath(posixpath.join(base, written))
        if path.split("/")[0] == "..":
            around = "project" if self.project == "." else "git repository"
            hint = f"move it into the {around}; the build of the image reads nothing outside of it"
            raise PackagesError(f"{says} leads outside of the {around}", where=where, hint=hint)
        self.check(path, where, says)
        return path

    def check(self, path: str, where: Where, says: str) -> None:
        """Refuse a path that an image cannot copy.

        Raises:
            PackagesError: See `place`.
        """
        if path == ".":
            return
        parts = path.split("/")
        if not path.isprintable() or any(len(part.encode("utf-8", "surrogatepass")) > _LONGEST for part in parts):
            raise PackagesError(f"{says} is not a valid path", where=where, hint="correct the path")
        try:
            self._check(path, parts, where, says)
        except OSError as error:
            message = f"{says} cannot be read: {error.strerror}"
            raise PackagesError(message, where=where, hint="check the permissions of its folders") from error

    def _check(self, path: str, parts: list[str], where: Where, says: str) -> None:
        for end in range(1, len(parts) + 1):
            if (self.root / "/".join(parts[:end])).is_symlink():
                link = "is a link" if end == len(parts) else f"is behind the link {quoted('/'.join(parts[:end]))}"
                hint = "replace the link with the file or folder; builders do not follow links"
                raise PackagesError(f"{says} {link}", where=where, hint=hint)
        found = self.root / path
        if not found.exists():
            raise PackagesError(f"{says} does not exist", where=where, hint="create it, or remove the reference")
        if not (found.is_file() or found.is_dir()):
            raise PackagesError(f"{says} is neither a file nor a folder", where=where, hint="replace it with one")
        if parts[-1] == ".env" or parts[-1].startswith(".env.") or ".git" in parts:
            raise PackagesError(f"{says} must not be in an image", where=where, hint="rename it")
        if not all(map(_COPIED.fullmatch, self._below_context(path))):
            hint = "rename it: letters, digits, single spaces and . _ - + @ ! ~ are possible, Docker interprets others"
            raise PackagesError(f"{says} contains characters that Docker interprets", where=where, hint=hint)

    def _below_context(self, path: str) -> list[str]:
        """Return the names of folders and files that the Dockerfile contains if it copies the path."""
        common = posixpath.commonpath([posixpath.join("/", self.project), posixpath.join("/", path)])
        below = (posixpath.relpath(posixpath.join("/", one), common) for one in (path, self.project))
        return [part for one in below if one != "." for part in one.split("/")]

    def text(self, path: str, where: Where | None = None) -> str:
        """Return the text of a file.

        Args:
            path: The file.
            where: The place that refers to it; by default the file itself.

        Raises:
            PackagesError: It cannot be copied (see `place`), cannot be read, is no regular file, is too large, or is
                no text in UTF-8 or with a byte order mark.
        """
        own = self.where(path)
        self.check(path, where or own, f"the file {quoted(self.shown(path))}")
        try:
            found = self.root / path
            if not found.is_file():
                raise PackagesError(f"{self.shown(path)} is not a file", where=where or own, hint="replace it with one")
            with found.open("rb") as stream:
                content = stream.read(MAXIMUM_BYTES + 1)
        except OSError as error:
            message = f"{self.shown(path)} cannot be read: {error.strerror}"
            raise PackagesError(message, where=own, hint="check the file's permissions") from error
        if len(content) > MAXIMUM_BYTES:
            message = f"{self.shown(path)} is larger than {MAXIMUM_BYTES // 1_000_000} MB"
            raise PackagesError(message, where=own, hint="check the file: no package manager writes such files")
        return _decoded(content, own, self.shown(path))


def _decoded(content: bytes, own: Where, name: str) -> str:
    encoding = next((encoding for mark, encoding in _BOMS if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise PackagesError(
            f"{name} is not UTF-8", where=Where(own.file, line), hint="save the file as UTF-8"
        ) from error
