"""Reading single files of a template version, without a checkout."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from dazzle_infra.templates.copier_file import COPIER_FILE
from dazzle_infra.templates.git import isolated_environment, run_git
from dazzle_infra.templates.source import Template

__all__ = ["FIELDS_FILE", "file_of"]

FIELDS_FILE = "answer-fields.yml"
"""At the root of a template, outside its `_subdirectory`: see `fields`."""

_READ = (COPIER_FILE, FIELDS_FILE)


def file_of(template: Template, name: str) -> bytes | None:
    """Return the content of a file at the root of a version, or None if there is no such file."""
    return _files_of(template).get(name)


@cache
def _files_of(template: Template) -> Mapping[str, bytes]:
    """Read all files that are read from a version in one process of git."""
    printed = run_git(
        "cat-file",
        "--batch",
        environment=isolated_environment(),
        repository=template.repository,
        data="".join(f"{template.revision}:{name}\n" for name in _READ).encode(),
    )
    found, position = {}, 0
    for name in _READ:
        end = printed.index(b"\n", position)
        header = printed[position:end].split(b" ")
        position = end + 1
        if header[-1] == b"missing":
            continue
        kind, size = header[-2], int(header[-1])
        if kind == b"blob":
            found[name] = printed[position : position + size]
        position += size + 1
    return found
