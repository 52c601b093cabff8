"""What the `.tf` files of one folder declare."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

__all__ = ["Declared", "File", "folders_of"]

_INDEX: Final = re.compile(r'\[(?:[^\[\]"]|"(?:[^"\\]|\\.)*")*\]')
_REFERENCE: Final = re.compile(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)+")
_NEEDED: Final = re.compile(rb"^[ \t]*(?:resource|module|moved|removed)\b", re.MULTILINE)


@dataclass(frozen=True)
class File:
    """What one file declares.

    Attributes:
        is_known: Whether it could be read.
        resources: Addresses such as `aws_sqs_queue.main`.
        calls: The source of each module, by its name.
        moved: Addresses and what they are called now.
        removed: Addresses of `removed` blocks, and whether what they name is destroyed.
    """

    is_known: bool = True
    resources: tuple[str, ...] = ()
    calls: Mapping[str, str] = field(default_factory=dict)
    moved: tuple[tuple[str, str], ...] = ()
    removed: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True)
class Declared:
    """What a folder declares.

    Attributes:
        path: The folder, POSIX.
        files: What each file in it declares, by the file's path.
    """

    path: str
    files: Mapping[str, File]

    def source(self, source: str) -> str | None:
        """Return the folder that the source of a module names, or None where it is not a folder."""
        return posixpath.normpath(posixpath.join(self.path, source)) if source.startswith(("./", "../")) else None


def folders_of(tree: Mapping[str, bytes]) -> Mapping[str, Declared]:
    """Return what each folder with `.tf` files declares, by its path."""
    found: dict[str, dict[str, File]] = {}
    for path in sorted(tree):
        found.setdefault(posixpath.dirname(path), {})[path] = _read(tree[path])
    return {path: Declared(path, files) for path, files in found.items()}


@lru_cache(maxsize=1024)
def _read(content: bytes) -> File:
    """Read a file; one that declares nothing of interest is not parsed, for parsing is slow."""
    if b"<<<<<<<" not in content and not _NEEDED.search(content):
        return File()
    # Takes a quarter of a second to import.
    import hcl2
    from lark.exceptions import LarkError

    try:
        return _file(hcl2.loads(content.decode()))
    except (LarkError, UnicodeDecodeError, RecursionError, AttributeError, IndexError, KeyError, TypeError, ValueError):
        # What a person wrote, or a conflict left, may be anything, and the parser may trip over it anywhere.
        return File(is_known=False)


def _file(document: Mapping[str, Any]) -> File:
    resources = [
        f"{_name(kind)}.{_name(name)}"
        for block in document.get("resource", ())
        for kind, named in _labelled(block)
        for name, _ in _labelled(named)
    ]
    calls = {
        _name(label): _name(str(body.get("source", "")))
        for block in document.get("module", ())
        for label, body in _labelled(block)
    }
    moved = [(_address(block["from"]), _address(block["to"])) for block in document.get("moved", ())]
    removed = [(_address(block["from"]), _destroys(block)) for block in document.get("removed", ())]
    return File(True, tuple(resources), calls, tuple(moved), tuple(removed))


def _labelled(block: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Return the labels of a block and their bodies; the parser adds marks of its own."""
    return ((label, body) for label, body in block.items() if isinstance(body, dict))


def _name(label: str) -> str:
    return label.removeprefix('"').removesuffix('"')


def _address(expression: str) -> str:
    """Return an address without the keys of its instances."""
    text = _INDEX.sub("", expression.removeprefix("${").removesuffix("}")).strip()
    if not _REFERENCE.fullmatch(text):
        raise ValueError(f"{expression!r} is no address")
    return text


def _destroys(block: Mapping[str, Any]) -> bool:
    """Say whether a `removed` block destroys what it names, which is what it does unless told otherwise."""
    return all(lifecycle.get("destroy", True) is not False for lifecycle in block.get("lifecycle", ()))
