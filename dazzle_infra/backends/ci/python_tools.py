"""The tools for development that a Python project declares, and how each set of them is installed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Literal, NamedTuple

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from dazzle_infra.project.packages.declared import Declared, table_at, text_of

__all__ = ["Source", "tools_of"]

_FILES: Final = (
    *("requirements-dev.txt", "requirements-test.txt", "dev-requirements.txt", "test-requirements.txt"),
    *("requirements/dev.txt", "requirements/test.txt", "requirements/tests.txt", "requirements_dev.txt"),
)
"""Files that projects customarily name their tools in."""


class Source(NamedTuple):
    """What declares a package.

    Attributes:
        kind: `always` for what is installed in any case, an extra, a dependency group (PEP 735), a group of Poetry that
            is not installed by default, or a requirements file.
        name: The extra, the group or the file; empty for `always`.
    """

    kind: Literal["always", "extra", "group", "with", "file"]
    name: str = ""


def tools_of(project: Path, declared: Declared) -> dict[str, Source]:
    """Return where each package is declared, in the first of the places that are installed with the least effort.

    Args:
        project: The project's root.
        declared: What the project's files declare.
    """
    found: dict[str, Source] = {}
    for source, names in (*_of_pyproject(declared.pyproject), *_of_files(project)):
        for name in names:
            found.setdefault(name, source)
    return {name.partition("[")[0]: Source("always") for name in declared.python} | {
        name: source for name, source in found.items() if name not in declared.python
    }


def _of_pyproject(pyproject: Mapping[str, Any]) -> Iterator[tuple[Source, list[str]]]:
    uv, poetry = table_at(pyproject, "tool", "uv"), table_at(pyproject, "tool", "poetry")
    defaults = uv.get("default-groups", ["dev"])
    groups = table_at(pyproject, "dependency-groups")
    sources = [(name, _group(groups, name, set())) for name in groups]
    if isinstance(uv.get("dev-dependencies"), list):
        sources.append(("dev", list(_named(uv["dev-dependencies"]))))
    is_default = defaults.__contains__ if isinstance(defaults, list) else lambda _: defaults == "all"
    yield from ((Source("group", name), names) for name, names in sources if is_default(name))
    for name in table_at(poetry, "group"):
        group = table_at(poetry, "group", name)
        source = Source("with", name) if group.get("optional") is True else Source("always")
        yield source, [canonicalize_name(one) for one in table_at(group, "dependencies")]
    yield Source("always"), [canonicalize_name(one) for one in table_at(poetry, "dev-dependencies")]
    yield from ((Source("group", name), names) for name, names in sources if not is_default(name))
    extras = table_at(pyproject, "project", "optional-dependencies")
    own = canonicalize_name(str(table_at(pyproject, "project").get("name", "")))
    yield from ((Source("extra", name), _extra(extras, name, own, set())) for name in extras)


def _group(groups: Mapping[str, Any], name: str, seen: set[str]) -> list[str]:
    """Return the packages of a dependency group, with those of the groups that it includes."""
    listed = groups.get(name)
    if name in seen or not isinstance(listed, list):
        return []
    seen.add(name)
    included = [one["include-group"] for one in listed if isinstance(one, Mapping) and "include-group" in one]
    return [*_named(listed), *(one for group in included for one in _group(groups, str(group), seen))]


def _extra(extras: Mapping[str, Any], name: str, own: str, seen: set[str]) -> list[str]:
    """Return the packages of an extra, with those of the project's other extras that it names."""
    listed = extras.get(name)
    if name in seen or not isinstance(listed, list):
        return []
    seen.add(name)
    requirements = list(_requirements(listed))
    others = {extra for one in requirements if canonicalize_name(one.name) == own for extra in one.extras}
    return [
        *(canonicalize_name(one.name) for one in requirements),
        *(one for other in sorted(others) for one in _extra(extras, other, own, seen)),
    ]


def _of_files(project: Path) -> Iterator[tuple[Source, list[str]]]:
    for file in _FILES:
        lines = (re.split(r"(?:^|\s)[#;]", line, maxsplit=1)[0] for line in text_of(project / file).splitlines())
        names = list(_named(re.split(r"\s--", line, maxsplit=1)[0].rstrip("\\ ") for line in lines))
        if names:
            yield Source("file", file), names


def _named(texts: Iterable[object]) -> Iterator[str]:
    return (canonicalize_name(one.name) for one in _requirements(texts))


def _requirements(texts: Iterable[object]) -> Iterator[Requirement]:
    for text in texts:
        if isinstance(text, str):
            try:
                yield Requirement(text)
            except InvalidRequirement:  # a line with options; the package manager judges it
                continue
