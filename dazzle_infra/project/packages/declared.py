"""What a project's own files declare that it is built of: names of packages, parsed, never words in prose."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import tomli

__all__ = [
    "Declared",
    "Dependencies",
    "missing_packages",
    "place_of",
    "read_declared",
    "read_package",
    "table_at",
    "text_of",
]

Dependencies = Literal["uv", "requirements", "pyproject", "poetry", "generated", "npm", "pnpm", "yarn", "package"]
"""Where the dependencies of an image are declared; `generated` for a requirements file that a template makes."""

_DAZZLE = frozenset({"dazzle", "dazzle-dsl"})
_REQUIREMENT = re.compile(r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[([^\]]*)\]\s*)?(?=$|[\s<>=!~;@(])")
_INCLUDED = re.compile(r"(?:-r|--requirement)[\s=]+(\S+)")


@dataclass(frozen=True)
class Declared:
    """What was found.

    Attributes:
        python: The Python packages that run with the application, spelled as PyPI does, and the file that declares
            each; an extra is a name of its own, `fastapi[standard]`.
        node: The packages of package.json's `dependencies`, and that file.
        node_tools: Those of its `devDependencies`.
        package: package.json, or nothing.
        pyproject: pyproject.toml, or nothing.
        has_dazzle: Whether Dazzle is among the Python packages, also of an extra, a group or uv.lock.
    """

    python: Mapping[str, str] = field(default_factory=dict)
    node: Mapping[str, str] = field(default_factory=dict)
    node_tools: frozenset[str] = frozenset()
    package: Mapping[str, Any] = field(default_factory=dict)
    pyproject: Mapping[str, Any] = field(default_factory=dict)
    has_dazzle: bool = False

    def script(self, name: str) -> str:
        """Return a script of package.json, or nothing."""
        script = table_at(self.package, "scripts").get(name)
        return script if isinstance(script, str) else ""


def missing_packages(declared: Declared, *requirements: str) -> tuple[str, ...]:
    """Return those of the requirements, each `NAME==VERSION`, that the project does not declare."""
    return tuple(one for one in requirements if one.partition("==")[0] not in declared.python)


def place_of(project: Path, declared: Declared, package: str) -> str | None:
    """Return where a Python package is declared, `FILE:LINE`; the file alone where the line is not known.

    Args:
        project: The project's root.
        declared: What the project's files declare.
        package: The package, as `Declared.python` spells it.
    """
    file = declared.python.get(package)
    for number, line in enumerate(text_of(project / file).splitlines() if file else (), start=1):
        # A line of a requirements file, a key of Poetry's table, or strings of a list.
        texts = (line.strip(), *re.findall(r"""["']([^"']+)["']""", line))
        if package in {name for text in texts for name in _names(text)}:
            return f"{file}:{number}"
    return file


def read_declared(project: Path) -> Declared:
    """Read pyproject.toml, requirements.txt with what it includes, and package.json of the project's root.

    A file that cannot be read or parsed declares nothing: it is for the tool that it belongs to to complain of it.
    """
    pyproject = _read_toml(project / "pyproject.toml")
    package = read_package(project)
    python = dict(_of_pyproject(pyproject))
    for name, file in _of_requirements(project, "requirements.txt", set()):
        python.setdefault(name, file)
    return Declared(
        python=python,
        node={str(name): "package.json" for name in table_at(package, "dependencies")},
        node_tools=frozenset(map(str, table_at(package, "devDependencies"))),
        package=package,
        pyproject=pyproject,
        has_dazzle=not _DAZZLE.isdisjoint(python) or _has_dazzle(project, pyproject),
    )


def _read_toml(path: Path) -> dict[str, Any]:
    """Return a TOML file; nothing where it cannot be read."""
    try:
        return tomli.loads(text_of(path))
    except (ValueError, RecursionError):
        return {}


def text_of(path: Path, encoding: str = "utf-8") -> str:
    """Return a file's text; nothing where it cannot be read, or is no regular file."""
    try:
        # Opening a pipe or a device could block forever.
        return path.read_text(encoding) if path.is_file() else ""
    except (OSError, ValueError):
        return ""


def table_at(data: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """Return a table inside tables; an empty one where there is none."""
    found: Any = data
    for key in keys:
        found = found.get(key) if isinstance(found, Mapping) else None
    return found if isinstance(found, dict) else {}


def read_package(folder: Path) -> dict[str, Any]:
    """Return package.json of a folder; nothing where it cannot be read."""
    try:
        found = json.loads(text_of(folder / "package.json", "utf-8-sig"))
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _of_pyproject(pyproject: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    declared = [
        *_texts(table_at(pyproject, "project").get("dependencies")),
        *table_at(pyproject, "tool", "poetry", "dependencies"),
    ]
    return ((name, "pyproject.toml") for text in declared for name in _names(text))


def _has_dazzle(project: Path, pyproject: Mapping[str, Any]) -> bool:
    """Say whether Dazzle comes by an extra, a group, or through another package of uv.lock."""
    groups = [*table_at(pyproject, "project", "optional-dependencies").values()]
    groups += table_at(pyproject, "dependency-groups").values()
    groups += [[*table_at(group, "dependencies")] for group in table_at(pyproject, "tool", "poetry", "group").values()]
    named = {name for group in groups for text in _texts(group) for name in _names(text)}
    if pyproject and (project / "uv.lock").is_file():
        locked = _read_toml(project / "uv.lock").get("package")
        named |= (
            {str(one.get("name")) for one in locked if isinstance(one, dict)} if isinstance(locked, list) else set()
        )
    return not _DAZZLE.isdisjoint(named)


def _of_requirements(project: Path, name: str, seen: set[Path]) -> Iterator[tuple[str, str]]:
    """Yield what a requirements file of the project names, and what the files do that it includes."""
    path = (project / name).resolve()
    if path in seen or not path.is_relative_to(project.resolve()):
        return
    seen.add(path)
    lines = text_of(path, "utf-8-sig").splitlines()
    file = path.relative_to(project.resolve()).as_posix()
    for line in lines:
        text = re.split(r"(?:^|\s)#", line, maxsplit=1)[0].strip()
        included = _INCLUDED.match(text)
        if included:
            yield from _of_requirements(project, (Path(file).parent / included[1]).as_posix(), seen)
        else:
            yield from ((found, file) for found in _names(text))


def _names(text: str) -> Iterator[str]:
    """Yield the name of a requirement, and the name with each of its extras."""
    found = _REQUIREMENT.match(text)
    if found is None:
        return
    name = re.sub(r"[-_.]+", "-", found[1]).lower()
    yield name
    yield from (f"{name}[{extra.strip().lower()}]" for extra in (found[2] or "").split(",") if extra.strip())


def _texts(value: object) -> Iterable[str]:
    return [entry for entry in value if isinstance(entry, str)] if isinstance(value, list) else []
