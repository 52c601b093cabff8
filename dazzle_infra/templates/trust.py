"""What is refused of a template that strangers made, before anything of it is used.

A template may come from anywhere: dazzle.toml, the command line and the answers file of a repository that was cloned
name it. So its URL must not make git run anything, and its files must not lead Copier out of the template's folder.
What its expressions can do is limited where they run (see `dazzle_infra.renderer.guard`).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dazzle_infra.errors import PreconditionError, TemplateError
from dazzle_infra.templates.git import isolated_environment, run_git
from dazzle_infra.templates.plain_yaml import LARGEST_TEXT, read_yaml

__all__ = [
    "LARGEST_TEMPLATE",
    "MOST_FILES",
    "RefusedSetting",
    "UnsafeTemplateError",
    "check_release",
    "check_source",
    "refused_settings",
    "without_credentials",
]

LARGEST_TEMPLATE = 50_000_000
"""Bytes of all files of one version; the larger of ours has 300,000."""

MOST_FILES = 5_000
"""Files of one version; the larger of ours has 200."""

_REFUSED_SETTINGS = {
    "_external_data": "reads files that are not the template's",
    "_jinja_extensions": "runs Python code",
    "_migrations": "runs commands",
    "_preserve_symlinks": "makes links, which may lead out of the folder",
    "_secret_questions": "keeps answers from being recorded, so that an update would not know what was written",
    "_tasks": "runs commands",
}
_ENVOPS = {
    "autoescape",
    "block_end_string",
    "block_start_string",
    "comment_end_string",
    "comment_start_string",
    "keep_trailing_newline",
    "line_comment_prefix",
    "line_statement_prefix",
    "lstrip_blocks",
    "newline_sequence",
    "trim_blocks",
    "undefined",
    "variable_end_string",
    "variable_start_string",
}
_ANSWERS_FILE = ".copier-answers.yml"
_LINK, _SUBMODULE = "120000", "160000"


class UnsafeTemplateError(TemplateError):
    """A template that is refused for what it could do."""

    code = "template_unsafe"


@dataclass(frozen=True)
class RefusedSetting:
    """A setting of `copier.yml` that is refused.

    Attributes:
        key: The setting.
        why: What it does, to be read after its name.
        hint: What to do.
    """

    key: str
    why: str
    hint: str


@dataclass(frozen=True)
class _Entry:
    mode: str
    object_id: str
    size: int


def check_source(source: str) -> None:
    """Refuse a template's URL or path with which git would do more than fetch.

    Raises:
        PreconditionError: It is an option, names a transport that runs commands, holds credentials, or is no URL. The
            message does not hold it: it may be secret, or made to mislead.
    """
    from dazzle_infra.manifest.places import checked_source
    from dazzle_infra.manifest.rules import RefusedError

    try:
        checked_source(source)
    except RefusedError as error:
        raise PreconditionError(
            f"the template's source is refused: it {error}", code="source_refused", hint=error.hint
        ) from error


def without_credentials(source: str) -> str:
    """Return a URL as it may be printed."""
    return re.sub(r"(?<=://)[^/]*@", "…@", source)


@cache
def check_release(repository: Path, commit: str, name: str) -> None:
    """Refuse a version of a template whose files or settings are not what a template needs.

    Args:
        repository: A local repository that holds it.
        commit: Its commit id.
        name: What people call it.

    Raises:
        UnsafeTemplateError: It has submodules, links that lead elsewhere, too much, or settings that run code.
    """
    entries = dict(_entries(repository, commit))
    if len(entries) > MOST_FILES:
        raise _refused(name, f"it has {len(entries):,} files; {MOST_FILES:,} are the limit")
    total = sum(entry.size for entry in entries.values())
    if total > LARGEST_TEMPLATE:
        raise _refused(name, f"it has {total:,} bytes; {LARGEST_TEMPLATE:,} are the limit")
    for path, entry in entries.items():
        if ".git" in path.casefold().split("/"):
            raise _refused(name, f"{path!a} is in a folder of git's")
        if entry.mode == _SUBMODULE:
            raise _refused(name, f"{path!a} is a submodule", "put its files into the template itself")
        if entry.mode == _LINK:
            _check_link(repository, name, path, entry, entries)
    _check_settings(repository, commit, name, entries)


def _refused(name: str, what: str, hint: str = "use a template of people whom you trust") -> UnsafeTemplateError:
    return UnsafeTemplateError(f"{name} is refused: {what}", hint=hint)


def _entries(repository: Path, commit: str) -> Iterator[tuple[str, _Entry]]:
    listed = run_git("ls-tree", "-r", "-l", "-z", commit, environment=isolated_environment(), repository=repository)
    for line in listed.split(b"\0")[:-1]:
        meta, _, path = line.partition(b"\t")
        mode, _, object_id, size = meta.decode().split()
        yield path.decode(errors="surrogateescape"), _Entry(mode, object_id, int(size) if size.isdigit() else 0)


def _check_link(repository: Path, name: str, path: str, entry: _Entry, entries: Mapping[str, _Entry]) -> None:
    """Refuse a symbolic link unless it stands for one of the template's own regular files."""
    target = "/"
    if entry.size <= 1000:
        target = _content(repository, entry).decode(errors="surrogateescape")
    meant = entries.get(posixpath.normpath(posixpath.join(posixpath.dirname(path), target)))
    if meant is None or meant.mode == _LINK:
        raise _refused(name, f"the symbolic link {path!a} stands for no file of the template", "replace it by a file")


def _content(repository: Path, entry: _Entry) -> bytes:
    return run_git("cat-file", "blob", entry.object_id, environment=isolated_environment(), repository=repository)


def _check_settings(repository: Path, commit: str, name: str, entries: Mapping[str, _Entry]) -> None:
    entry = entries.get("copier.yml")
    if entry is None or entry.mode in (_LINK, _SUBMODULE):
        raise TemplateError(f"{name} has no copier.yml at its root", hint="name a Copier template")
    if entry.size > LARGEST_TEXT:
        raise _refused(name, f"its copier.yml has {entry.size:,} bytes; {LARGEST_TEXT:,} are the limit")
    try:
        documents = read_yaml(_content(repository, entry))
    except yaml.YAMLError as error:
        tag = re.search(r"could not determine a constructor for the tag '([^']{1,100})'", str(error))
        why = f"it has the tag {tag[1]!a}" if tag else getattr(error, "problem", None) or str(error)
        raise TemplateError(
            f"the copier.yml of {name} is refused: {why}", hint="it must be plain YAML, in one file"
        ) from error
    for document in documents:
        if not isinstance(document, dict):
            raise TemplateError(f"the copier.yml of {name} is no mapping", hint="it has a key for each question")
        _check_document(name, document)


def _check_document(name: str, document: Mapping[object, object]) -> None:
    for refused in refused_settings(document):
        raise _refused(name, f"its {refused.key} {refused.why}", refused.hint)


def refused_settings(settings: Mapping[Any, object]) -> Iterator[RefusedSetting]:
    """Find the settings with which a template is refused, be it a stranger's or a fork that is checked."""
    for key, why in _REFUSED_SETTINGS.items():
        if settings.get(key):
            yield RefusedSetting(key, why, f"use a template without {key}")
    envops = settings.get("_envops") or {}
    unknown = sorted(str(key) for key in envops if key not in _ENVOPS) if isinstance(envops, dict) else ["it"]
    if unknown:
        hint = "use a template that sets delimiters and spaces alone"
        yield RefusedSetting("_envops", f"sets {unknown[0]!a}", hint)
    answers_file = settings.get("_answers_file", _ANSWERS_FILE)
    if answers_file != _ANSWERS_FILE:
        yield RefusedSetting("_answers_file", f"is {str(answers_file)[:100]!a}", f"it must be {_ANSWERS_FILE}")
