"""The files that releases of a template renamed or replaced, as the template itself states them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

import yaml

from dazzle_infra.errors import TemplateError
from dazzle_infra.templates.changelog import file_of
from dazzle_infra.templates.plain_yaml import read_yaml
from dazzle_infra.templates.source import Template

__all__ = ["RENAMES_FILE", "REPLACED_FILE", "renamed_files", "replaced_files", "successor_of"]

RENAMES_FILE: Final = "renamed-files.yml"
"""A file at the root of a template: the new path of each renamed file of the output by its old path.

An update detects most renames by the content of the files. This file is for files that are short or changed much.
"""

REPLACED_FILE: Final = "replaced-files.yml"
"""A file at the root of a template: the file that contains what a former file contained, by a pattern of its path.

Several files can become one, which no merge can do. An update names the new file where a former one was edited.
"""


def renamed_files(template: Template) -> Mapping[str, str]:
    """Return the last path of each file that a version or an earlier one renamed, by each of its former paths.

    Raises:
        TemplateError: The file of the renames is invalid.
    """
    stated = _paths(template, RENAMES_FILE, "services/base.yaml: services/compose.base.yaml")
    return {old: _last(old, stated) for old in stated}


def replaced_files(template: Template) -> Mapping[str, str]:
    """Return the file that replaces files that a version or an earlier one dropped, by the pattern of their paths.

    Raises:
        TemplateError: The file of the replaced files is invalid.
    """
    return _paths(template, REPLACED_FILE, "envs/*/queue.tf: modules/stack/queue.tf")


def successor_of(path: str, replaced: Mapping[str, str]) -> str:
    """Return the file that replaces a path, or an empty text if none is stated.

    Args:
        path: The former path.
        replaced: Patterns of former paths with the paths of the new files; `*` stands for one folder, the same in both.
    """
    parts = PurePosixPath(path).parts
    for pattern, new in replaced.items():
        words = PurePosixPath(pattern).parts
        if len(words) == len(parts) and all(word in ("*", part) for word, part in zip(words, parts, strict=True)):
            [folder, *_] = [part for word, part in zip(words, parts, strict=True) if word == "*"] or [""]
            return new.replace("*", folder)
    return ""


def _paths(template: Template, name: str, example: str) -> dict[str, str]:
    """Return the mapping of paths in a file at the root of a template; empty if there is no such file."""
    text = file_of(template, name)
    if text is None:
        return {}
    try:
        stated = {old: new for document in read_yaml(text) for old, new in document.items()}
        if not all(isinstance(path, str) for pair in stated.items() for path in pair):
            raise TypeError("a path is not a string")
    except (yaml.YAMLError, AttributeError, TypeError) as error:
        raise TemplateError(
            f"the {name} of {template.source} {template.version} cannot be read",
            hint=f"write a mapping, such as `{example}`",
        ) from error
    return stated


def _last(path: str, stated: Mapping[str, str]) -> str:
    """Follow the renames of a path; a path that comes a second time ends a circle."""
    seen = {path}
    while (new := stated.get(path)) is not None and new not in seen:
        seen.add(new)
        path = new
    return path
