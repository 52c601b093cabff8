"""The answers file: which template made a folder, at which version, with which answers."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml

from dazzle_infra.errors import PreconditionError, Where
from dazzle_infra.templates.fetch import is_commit_id
from dazzle_infra.templates.plain_yaml import LARGEST_TEXT, read_yaml

__all__ = ["ANSWERS_FILE", "Recorded", "digest_of", "read_recorded"]

ANSWERS_FILE = ".copier-answers.yml"
"""Copier's own name for it."""

_COMMENT = re.compile(r"^# (template-commit|answers-digest): (\S+)\r?$", re.MULTILINE)
_REPAIR = "`dazzle infra update --repair` restores it"


@dataclass(frozen=True)
class Recorded:
    """What an answers file says.

    Attributes:
        source: `_src_path`: where the template came from.
        version: `_commit`: its version.
        answers: The answers, without Copier's own keys.
        commit: The commit id of that version, where the file tells it.
        is_intact: Whether the answers are those that the file's digest was made of; None where it has none.
    """

    source: str
    version: str
    answers: Mapping[str, object]
    commit: str | None
    is_intact: bool | None


def digest_of(answers: Mapping[str, object]) -> str | None:
    """Return the digest of answers as our templates write it into the answers file.

    None for what no template writes, such as a date that a person typed: YAML knows more than JSON does.
    """
    try:
        return hashlib.sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()
    except (TypeError, ValueError):
        return None


def read_recorded(path: Path, name: str) -> Recorded:
    """Read an answers file.

    Args:
        path: The file.
        name: What people call it: its path relative to the project.

    Raises:
        PreconditionError: It is missing, broken, or not Copier's.
    """
    where = Where(file=name)
    try:
        # Opening a pipe or a device could wait for ever.
        if path.exists() and not path.is_file():
            raise PreconditionError(
                f"{name} is not a file", code="answers_broken", where=where, hint="move it away; " + _REPAIR
            )
        text = _beginning(path).decode()
    except FileNotFoundError:
        raise PreconditionError(f"{name} is missing", code="answers_missing", where=where, hint=_REPAIR) from None
    except (OSError, UnicodeDecodeError) as error:
        raise PreconditionError(f"{name} cannot be read", code="answers_broken", where=where, hint=_REPAIR) from error
    try:
        document = next(iter(read_yaml(text)), None)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else None
        raise PreconditionError(
            f"{name} is broken", code="answers_broken", where=Where(name, line), hint=_REPAIR
        ) from error
    if not isinstance(document, dict) or not all(
        isinstance(document.get(key), str) for key in ("_commit", "_src_path")
    ):
        raise PreconditionError(
            f"{name} does not say which template it is from", code="answers_broken", where=where, hint=_REPAIR
        )
    answers = {str(key): value for key, value in document.items() if not str(key).startswith("_")}
    comments = dict(_COMMENT.findall(text))
    stated = comments.get("answers-digest")
    return Recorded(
        source=document["_src_path"],
        version=document["_commit"],
        answers=answers,
        commit=commit if is_commit_id(commit := comments.get("template-commit", "")) else None,
        is_intact=None if stated is None else stated == f"sha256:{digest_of(answers)}",
    )


def _beginning(path: Path) -> bytes:
    """Return no more of a file than it takes to see that it is too large."""
    with path.open("rb") as stream:
        return stream.read(LARGEST_TEXT + 1)
