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
_LAST_KEY: Final = re.compile(r'\["[^"\\$%]*"\]\Z')
_REFERENCE: Final = re.compile(r"[A-Za-z_][\w-]*(?:\.[A-Za-z_][\w-]*)+")
_NEEDED: Final = re.compile(rb"^[ \t]*(?:resource|module|moved|removed)\b", re.MULTILINE)


@dataclass(frozen=True)
class File:
    """What one file declares.

    Attributes:
        is_known: Whether it could be read.
        resources: Addresses such as `aws_sqs_queue.main`, each with whether it has a `count`, and its `for_each` as the
            parser returns it; None where it has none.
        calls: The source of each module, by its name.
        arguments: The arguments of each module call, by its name.
        moved: Addresses and what they are called now. Keys of modules are left out.
        removed: Addresses of `removed` blocks, and whether what they name is destroyed.
    """

    is_known: bool = True
    resources: Mapping[str, tuple[bool, object]] = field(default_factory=dict)
    calls: Mapping[str, str] = field(default_factory=dict)
    arguments: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    moved: tuple[tuple[str, str], ...] = ()
    removed: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True)
class Declared:
    """What a folder declares.

    Attributes:
        path: The folder, POSIX.
        files: What each file in it declares, by the file's path.
        contents: The files.
    """

    path: str
    files: Mapping[str, File]
    contents: Mapping[str, bytes]

    def source(self, source: str) -> str | None:
        """Return the folder that the source of a module names, or None where it is not a folder."""
        return posixpath.normpath(posixpath.join(self.path, source)) if source.startswith(("./", "../")) else None

    def repeats(self, resource: str) -> tuple[bool, object]:
        """Return whether a resource has a `count`, and its `for_each`; nothing of both where it is not declared."""
        found = (file.resources[resource] for file in self.files.values() if resource in file.resources)
        return next(found, (True, None))

    def local(self, name: str) -> object:
        """Return the expression of a local value, as the parser returns it; None where it is not found."""
        return self._named(rb"^[ \t]*%s[ \t]*=" % re.escape(name).encode(), "locals", name)

    def default(self, name: str) -> object:
        """Return the default of a variable, as the parser returns it; None where it has none."""
        body = self._named(rb'^[ \t]*variable[ \t]+"%s"' % re.escape(name).encode(), "variable", f'"{name}"')
        return body.get("default") if isinstance(body, dict) else None

    def _named(self, line: bytes, kind: str, name: str) -> object:
        """Return what a block of that kind says of a name; only files with such a line are parsed."""
        for content in self.contents.values():
            if re.search(line, content, re.MULTILINE):
                for block in _document(content).get(kind, ()):
                    if name in block:
                        return block[name]
        return None


def folders_of(tree: Mapping[str, bytes]) -> Mapping[str, Declared]:
    """Return what each folder with `.tf` files declares, by its path."""
    found: dict[str, dict[str, File]] = {}
    for path in sorted(tree):
        found.setdefault(posixpath.dirname(path), {})[path] = _read(tree[path])
    return {path: Declared(path, files, {name: tree[name] for name in files}) for path, files in found.items()}


@lru_cache(maxsize=1024)
def _read(content: bytes) -> File:
    """Read a file; one that declares nothing of interest is not parsed, for parsing is slow."""
    if b"<<<<<<<" not in content and not _NEEDED.search(content):
        return File()
    try:
        return _file(_parsed(content))
    except (AttributeError, IndexError, KeyError, TypeError, ValueError):
        # What a person wrote, or a conflict left, may have any form.
        return File(is_known=False)


def _document(content: bytes) -> Mapping[str, Any]:
    """Return what a file says; nothing where it cannot be read."""
    try:
        return _parsed(content)
    except ValueError:
        return {}


@lru_cache(maxsize=1024)
def _parsed(content: bytes) -> Mapping[str, Any]:
    """Parse a file.

    Raises:
        ValueError: It cannot be read.
    """
    # Takes a quarter of a second to import.
    import hcl2
    from lark.exceptions import LarkError

    try:
        document: Mapping[str, Any] = hcl2.loads(content.decode())
    except (LarkError, RecursionError, AttributeError, IndexError, KeyError, TypeError) as error:
        # The parser may fail anywhere in what a person wrote.
        raise ValueError("not readable") from error
    return document


def _file(document: Mapping[str, Any]) -> File:
    resources = {
        f"{_name(kind)}.{_name(name)}": ("count" in body, body.get("for_each"))
        for block in document.get("resource", ())
        for kind, named in _labelled(block)
        for name, body in _labelled(named)
    }
    arguments = {_name(label): body for block in document.get("module", ()) for label, body in _labelled(block)}
    calls = {name: _name(str(body.get("source", ""))) for name, body in arguments.items()}
    moved = [(_address(block["from"]), _address(block["to"])) for block in document.get("moved", ())]
    removed = [(_address(block["from"]), _destroys(block)) for block in document.get("removed", ())]
    return File(True, resources, calls, arguments, tuple(moved), tuple(removed))


def _labelled(block: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Return the labels of a block and their bodies; the parser adds marks of its own."""
    return ((label, body) for label, body in block.items() if isinstance(body, dict))


def _name(label: str) -> str:
    return label.removeprefix('"').removesuffix('"')


def _address(expression: str) -> str:
    """Return an address without the keys of modules and without numbers; the last key of a resource stays."""
    text = expression.removeprefix("${").removesuffix("}").strip()
    key = _LAST_KEY.search(text)
    base = _INDEX.sub("", text)
    if not _REFERENCE.fullmatch(base):
        raise ValueError(f"{expression!r} is no address")
    is_module = base.split(".")[-2] == "module"
    return base if key is None or is_module else base + key[0]


def _destroys(block: Mapping[str, Any]) -> bool:
    """Say whether a `removed` block destroys what it names, which is what it does unless told otherwise."""
    return all(lifecycle.get("destroy", True) is not False for lifecycle in block.get("lifecycle", ()))
