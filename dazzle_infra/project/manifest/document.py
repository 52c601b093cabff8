"""Reading dazzle.toml: from bytes to plain data, and from a key back to its line."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import tomli

from dazzle_infra.errors import ManifestError, PreconditionError, Where
from dazzle_infra.project.statements import Lines
from dazzle_infra.values.words import KeyPath, written

__all__ = ["FILE_NAME", "MAXIMUM_BYTES", "Document", "parse_document", "read_document"]

FILE_NAME = "dazzle.toml"
MAXIMUM_BYTES = 1_000_000
"""Typical manifests are a hundred times smaller."""


@dataclass(frozen=True)
class Document:
    """A manifest that parses.

    Attributes:
        text: The whole file.
        data: What it says.
        name: Its name in messages.
    """

    text: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    name: str = FILE_NAME

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.text)

    def where(self, path: KeyPath, *, table: bool = False) -> Where:
        """Return the place of a key, with the line of the nearest table around it where it is not set."""
        return Where(file=self.name, line=self._lines.of(path), key=written(path, table=table))

    def source(self, path: KeyPath) -> str:
        """Return the place of a key as `dazzle.toml:LINE`."""
        return str(self.where(path))


def read_document(project: Path) -> Document:
    """Read the manifest of a project.

    Raises:
        PreconditionError: There is none, or it cannot be read.
        ManifestError: It is too large, not UTF-8, or not TOML.
    """
    return parse_document(_read(project / FILE_NAME), FILE_NAME)


def parse_document(content: bytes, name: str) -> Document:
    """Parse the bytes of a file, which messages call `name`.

    Raises:
        ManifestError: It is too large, not UTF-8, or not TOML.
    """
    if len(content) > MAXIMUM_BYTES:
        raise ManifestError(
            f"{name} is larger than {MAXIMUM_BYTES // 1000} kB",
            where=Where(name),
            hint="move data to other files",
        )
    text = _decode(content, name)
    return Document(text, _parse(text, name), name)


def _read(path: Path) -> bytes:
    try:
        if not path.exists():
            raise PreconditionError(
                f"there is no {FILE_NAME} in {path.parent}",
                where=Where(str(path)),
                hint="run the command in the directory of a Dazzle application, or name it with --project",
                code="manifest_missing",
            )
        # Opening a pipe or a device could block forever.
        if not path.is_file():
            raise PreconditionError(
                f"{FILE_NAME} is not a file",
                where=Where(str(path)),
                code="manifest_unreadable",
                hint="replace it with a regular file",
            )
        with path.open("rb") as stream:
            return stream.read(MAXIMUM_BYTES + 1)
    except OSError as error:
        raise PreconditionError(
            f"{FILE_NAME} cannot be read: {error.strerror}",
            where=Where(str(path)),
            hint="check the file's permissions",
            code="manifest_unreadable",
        ) from error


def _decode(content: bytes, name: str) -> str:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise ManifestError(
            f"{name} is not UTF-8",
            where=Where(name, line=content.count(b"\n", 0, error.start) + 1),
            hint="save the file as UTF-8",
        ) from error
    if text.startswith("\ufeff"):
        raise ManifestError(
            f"{name} starts with a byte order mark, which TOML does not allow",
            where=Where(name, line=1),
            hint="save the file as UTF-8 without a byte order mark",
        )
    return text


def _parse(text: str, name: str) -> dict[str, Any]:
    try:
        return tomli.loads(text)
    except tomli.TOMLDecodeError as error:
        raise ManifestError(
            f"{name} is not TOML: {_in_words(error.msg)} (line {error.lineno}, column {error.colno})",
            where=Where(name, line=error.lineno),
            hint="correct the line; see https://toml.io for the syntax",
        ) from error
    except (RecursionError, MemoryError) as error:
        raise ManifestError(f"{name} is nested too deep", where=Where(name), hint="reduce the nesting") from error
    except ValueError as error:
        # Python itself refuses to read a decimal number of thousands of digits, and tells no place.
        raise ManifestError(
            f"{name} contains a number that is too long", where=Where(name), hint="shorten it"
        ) from error


def _in_words(message: str) -> str:
    """Write the tables that the parser names as Python tuples the way the file does."""

    def table(found: re.Match[str]) -> str:
        return "[" + ".".join(re.findall(r"'([^']*)'", found[0])) + "]"

    return re.sub(r"\('[^()]*'(?:, '[^()]*')*,?\)", table, message)
