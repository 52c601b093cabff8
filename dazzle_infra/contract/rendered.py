"""Checks of rendered files that need no tools: syntax, the answers file, reserved names and secrets."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from dazzle_infra.contract.findings import Finding
from dazzle_infra.errors import PreconditionError
from dazzle_infra.templates import TEMPLATE_NAMES, Template, commit_of
from dazzle_infra.templates.answers_file import ANSWERS_FILE, Recorded, read_recorded
from dazzle_infra.values.trees import Tree

__all__ = ["check_answers_file", "check_files", "differences", "recorded_in"]

_USERS = (".env", "compose.override.yaml", "*.local.tf")
"""Names that are reserved for the user's files: a template would overwrite them."""

_COMPOSE_FILES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
"""Names under which Compose finds the file of a project."""

_SECRETS = {
    "a private key": r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    "an AWS access key": r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b",
    "a GitHub token": r"\bgh[pousr]_[A-Za-z0-9]{36,}\b",
    "a GitLab token": r"\bglpat-[A-Za-z0-9_-]{20,}",
    "a Slack token": r"\bxox[abprs]-[A-Za-z0-9-]{10,}",
    "an API key": r"\bsk-[A-Za-z0-9_-]{32,}",
    # A service of a test listens on the machine of the test alone.
    "a password in a URL": r"://[^\s/:@${}<>]+:(?!\$|\{|<)[^\s/:@${}<>]{3,}@(?!127\.0\.0\.1[:/]|localhost[:/])",
    "a password": r"(?i)(?:\b|_)(?:password|passwd|secret_key|api_key|access_key)[\"']?\s*[=:]\s*"
    r"[\"']?(?=[^\s\"'${<]*\d)[A-Za-z0-9+/=_.-]{12,}[\"']?\s*$",
}
_PATTERNS = {name: re.compile(pattern, re.MULTILINE) for name, pattern in _SECRETS.items()}


def recorded_in(tree: Tree) -> Recorded:
    """Return the content of the answers file of a render.

    Raises:
        PreconditionError: The answers file is missing or invalid.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / ANSWERS_FILE
        if ANSWERS_FILE in tree:
            path.write_bytes(tree[ANSWERS_FILE].content)
        return read_recorded(path, ANSWERS_FILE)


def check_answers_file(tree: Tree, template: Template) -> list[Finding]:
    """Check that the answers file contains what an update requires."""
    try:
        recorded = recorded_in(tree)
    except PreconditionError as error:
        hint = "keep upstream's `{{ _copier_conf.answers_file }}.jinja` at the root of the rendered folder"
        return [Finding(f"{error.message}: updates are impossible", ANSWERS_FILE, hint)]
    found = []
    if recorded.is_intact is None or recorded.commit is None:
        hint = "restore the comments `template-commit` and `answers-digest` of the upstream answers file"
        is_fork = template.name in TEMPLATE_NAMES
        found.append(Finding("moved tags and edited answers would not be detected", ANSWERS_FILE, hint, breaks=is_fork))
    if recorded.is_intact is False:
        hint = "the digest is the SHA-256 of all answers as JSON with sorted keys, as upstream's file computes it"
        found.append(Finding("the answers do not match the recorded digest", ANSWERS_FILE, hint))
    if recorded.commit not in (None, commit_of(template)):
        hint = "render `_copier_conf.vcs_ref_hash`"
        found.append(Finding("template-commit is not the commit of the template", ANSWERS_FILE, hint))
    return found


def check_files(tree: Tree, required: Mapping[str, str]) -> list[Finding]:
    """Check every file: its syntax by its suffix, its name, secrets in it, and includes of Compose files.

    Args:
        tree: The rendered files.
        required: Files that must be rendered, each with the reason.
    """
    found = [
        Finding(f"the {path} is not rendered", path, reason) for path, reason in required.items() if path not in tree
    ]
    for path, file in tree.items():
        if any(PurePosixPath(path).match(pattern) for pattern in _USERS):
            found.append(Finding("this name is reserved for a user-owned file", path, "render another name"))
        try:
            text = file.content.decode()
        except UnicodeDecodeError:
            continue
        found += _unreadable(path, text)
        found += [
            Finding(
                f"this looks like {what}", f"{path}:{text.count(chr(10), 0, match.start()) + 1}", "refer to it by name"
            )
            for what, pattern in _PATTERNS.items()
            if (match := pattern.search(text))
        ]
    return found + list(_lost_includes(tree))


def _unreadable(path: str, text: str) -> Iterator[Finding]:
    suffix = PurePosixPath(path).suffix
    try:
        if suffix in (".yaml", ".yml"):
            list(yaml.compose_all(text, Loader=yaml.SafeLoader))
        elif suffix == ".json":
            json.loads(text)
        elif suffix in (".tf", ".tfvars", ".hcl"):
            import hcl2  # takes a quarter of a second

            hcl2.loads(text)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        yield Finding(f"invalid YAML: {error.problem}", f"{path}:{line}", "quote the value by a macro of includes/")
    except json.JSONDecodeError as error:
        yield Finding(f"invalid JSON: {error.msg}", f"{path}:{error.lineno}", "write values with `to_json`")
    except Exception as error:  # python-hcl2 has no common error of its own
        said = (str(error).splitlines() or [type(error).__name__])[0]
        yield Finding(f"this cannot be parsed: {said}", path, "quote the value by a macro of includes/")


def _lost_includes(tree: Tree) -> Iterator[Finding]:
    """Yield findings about Compose files that include missing files, and about services without an image.

    A file that no other one includes may be a part alone: a base that services extend, or an overlay.
    """
    documents = {path: _mapping(path, file.content) for path, file in tree.items()}
    whole = {path for path in tree if PurePosixPath(path).name in _COMPOSE_FILES}
    for path, document in documents.items():
        folder = PurePosixPath(path).parent
        for name in _included(document.get("include")):
            included = posixpath.normpath(folder / name)
            whole.add(included)
            if included not in tree:
                yield Finding(f"it includes {name}, which is not rendered", path, "render both, or neither")
    for path, document in documents.items():
        services = document.get("services") if path in whole else None
        for name, service in (services if isinstance(services, dict) else {}).items():
            if not isinstance(service, dict) or not {"build", "extends", "image"} & set(service):
                yield Finding(f"the service {name} has no image and no build", path, "give it one of them")


def _included(value: object) -> Iterator[str]:
    """Yield the paths of an `include`. Compose itself checks its form."""
    for entry in value if isinstance(value, list) else ():
        paths = entry.get("path") if isinstance(entry, dict) else entry
        yield from (path for path in (paths if isinstance(paths, list) else [paths]) if isinstance(path, str))


def _mapping(path: str, content: bytes) -> Mapping[str, Any]:
    if PurePosixPath(path).suffix not in (".yaml", ".yml") or path == ANSWERS_FILE:
        return {}
    try:
        document = yaml.safe_load(content)
    except (yaml.YAMLError, RecursionError, ValueError):  # ValueError: a date that there is not
        return {}
    is_compose = isinstance(document, dict) and ("services" in document or "include" in document)
    return document if is_compose else {}


def differences(first: Tree, second: Tree) -> list[Finding]:
    """Return findings about files that differ between two renders of the same answers."""
    names = sorted({*first, *second})
    return [
        Finding(
            "a second render from the recorded answers differs",
            path,
            "render nothing random, date-dependent or machine-dependent, and record every answer that is used",
        )
        for path in names
        if first.get(path) != second.get(path)
    ]
