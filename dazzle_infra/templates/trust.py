"""Restrictions of untrusted templates, which are checked before a template is used.

dazzle.toml, the command line and the answers file of a cloned repository can name any template. Therefore its URL must
not make git run a command, and its files must not lead Copier outside the template's folder. The worker process limits
the template's expressions (see `dazzle_infra.rendering.worker.guard`).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from dazzle_infra.errors import PreconditionError, TemplateError
from dazzle_infra.templates.copier_file import COPIER_FILE, parse_copier_file
from dazzle_infra.templates.git import isolated_environment, run_git
from dazzle_infra.templates.plain_yaml import LARGEST_TEXT

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
"""The largest size of all files of one version, in bytes; the larger embedded template has 300,000."""

MOST_FILES = 5_000
"""The largest number of files of one version; the larger embedded template has 200."""

_REFUSED_SETTINGS = {
    "_external_data": "reads files outside the template",
    "_jinja_extensions": "runs Python code",
    "_migrations": "runs commands",
    "_preserve_symlinks": "creates links, which may lead outside the directory",
    "_secret_questions": "leaves answers unrecorded, so that an update would not know what was rendered",
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
    """A template is refused because it could be unsafe."""

    code = "template_unsafe"


@dataclass(frozen=True)
class RefusedSetting:
    """A setting of `copier.yml` that is refused.

    Attributes:
        key: The setting.
        why: The effect of the setting, as the rest of a sentence that begins with its name.
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
    """Refuse a template's URL or path that could make git do more than fetch.

    Raises:
        PreconditionError: The source could be an option, names a transport that runs commands, contains credentials, or
            is not a URL. The message does not contain it, because it may be secret or misleading.
    """
    from dazzle_infra.values.paths import checked_source
    from dazzle_infra.values.rules import RefusedError

    try:
        checked_source(source)
    except RefusedError as error:
        raise PreconditionError(
            f"the template's source is refused: it {error}", code="source_refused", hint=error.hint
        ) from error


def without_credentials(source: str) -> str:
    """Return a URL without credentials, so that it can be printed."""
    return re.sub(r"(?<=://)[^/]*@", "…@", source)


@cache
def check_release(repository: Path, commit: str, name: str) -> None:
    """Refuse a template version with unsafe files or settings.

    Args:
        repository: A local repository that contains the version.
        commit: The commit id of the version.
        name: The name of the version in messages.

    Raises:
        UnsafeTemplateError: The version has submodules, links to other files than its own, settings that run code, or
            more files or bytes than the limits.
        TemplateError: The version has no `copier.yml`.
    """
    entries = dict(_entries(repository, commit))
    if len(entries) > MOST_FILES:
        raise _refused(name, f"it has {len(entries):,} files; {MOST_FILES:,} are the limit")
    total = sum(entry.size for entry in entries.values())
    if total > LARGEST_TEMPLATE:
        raise _refused(name, f"it has {total:,} bytes; {LARGEST_TEMPLATE:,} are the limit")
    for path, entry in entries.items():
        if ".git" in path.casefold().split("/"):
            raise _refused(name, f"{path!a} is inside a .git directory")
        if entry.mode == _SUBMODULE:
            raise _refused(name, f"{path!a} is a submodule", "include the files in the template")
        if entry.mode == _LINK:
            _check_link(repository, name, path, entry, entries)
    _check_settings(repository, commit, name, entries)


def _refused(name: str, what: str, hint: str = "use a trusted template") -> UnsafeTemplateError:
    return UnsafeTemplateError(f"{name} is refused: {what}", hint=hint)


def _entries(repository: Path, commit: str) -> Iterator[tuple[str, _Entry]]:
    listed = run_git("ls-tree", "-r", "-l", "-z", commit, environment=isolated_environment(), repository=repository)
    for line in listed.split(b"\0")[:-1]:
        meta, _, path = line.partition(b"\t")
        mode, _, object_id, size = meta.decode().split()
        yield path.decode(errors="surrogateescape"), _Entry(mode, object_id, int(size) if size.isdigit() else 0)


def _check_link(repository: Path, name: str, path: str, entry: _Entry, entries: Mapping[str, _Entry]) -> None:
    """Refuse a symbolic link unless its target is a regular file of the template."""
    target = "/"
    if entry.size <= 1000:
        target = _content(repository, entry).decode(errors="surrogateescape")
    meant = entries.get(posixpath.normpath(posixpath.join(posixpath.dirname(path), target)))
    if meant is None or meant.mode == _LINK:
        raise _refused(
            name, f"the symbolic link {path!a} does not point to a file of the template", "replace it with a file"
        )


def _content(repository: Path, entry: _Entry) -> bytes:
    return run_git("cat-file", "blob", entry.object_id, environment=isolated_environment(), repository=repository)


def _check_settings(repository: Path, commit: str, name: str, entries: Mapping[str, _Entry]) -> None:
    entry = entries.get(COPIER_FILE)
    if entry is None or entry.mode in (_LINK, _SUBMODULE):
        raise TemplateError(f"{name} has no copier.yml at its root", hint="name a Copier template")
    if entry.size > LARGEST_TEXT:
        raise _refused(name, f"its copier.yml has {entry.size:,} bytes; {LARGEST_TEXT:,} are the limit")
    for document in parse_copier_file(_content(repository, entry), name):
        _check_document(name, document)


def _check_document(name: str, document: Mapping[str, object]) -> None:
    for refused in refused_settings(document):
        raise _refused(name, f"its {refused.key} {refused.why}", refused.hint)


def refused_settings(settings: Mapping[Any, object]) -> Iterator[RefusedSetting]:
    """Yield the settings that are refused in an untrusted template and in a fork."""
    for key, why in _REFUSED_SETTINGS.items():
        if settings.get(key):
            yield RefusedSetting(key, why, f"use a template without {key}")
    envops = settings.get("_envops") or {}
    unknown = sorted(str(key) for key in envops if key not in _ENVOPS) if isinstance(envops, dict) else ["it"]
    if unknown:
        hint = "use a template that sets only delimiters and whitespace options"
        yield RefusedSetting("_envops", f"sets {unknown[0]!a}", hint)
    answers_file = settings.get("_answers_file", _ANSWERS_FILE)
    if answers_file != _ANSWERS_FILE:
        yield RefusedSetting("_answers_file", f"is {str(answers_file)[:100]!a}", f"it must be {_ANSWERS_FILE}")
