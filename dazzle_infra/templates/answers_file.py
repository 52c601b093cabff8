"""The answers file, which records the template, version and answers from which a folder was rendered."""

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
from dazzle_infra.values.placement import ANSWERS_FILE
from dazzle_infra.values.program import program

__all__ = ["ANSWERS_FILE", "Recorded", "digest_of", "read_recorded"]

_COMMENT = re.compile(r"^# (template-commit|answers-digest): (\S+)\r?$", re.MULTILINE)


@dataclass(frozen=True)
class Recorded:
    """The content of an answers file.

    Attributes:
        source: `_src_path`: the source of the template.
        version: `_commit`: the version of the template.
        answers: The answers, without Copier's own keys.
        commit: The commit id of that version, if the file contains it.
        is_intact: Whether the answers match the digest in the file; None if it has no digest.
    """

    source: str
    version: str
    answers: Mapping[str, object]
    commit: str | None
    is_intact: bool | None


def digest_of(answers: Mapping[str, object]) -> str | None:
    """Return the digest of answers that the embedded templates write to the answers file.

    The result is None for values that JSON does not have and that no template writes, such as a date.
    """
    try:
        return hashlib.sha256(json.dumps(answers, sort_keys=True).encode()).hexdigest()
    except (TypeError, ValueError):
        return None


def read_recorded(path: Path, name: str) -> Recorded:
    """Read an answers file.

    Args:
        path: The file.
        name: Its name in messages: the path relative to the project.

    Raises:
        PreconditionError: The file is missing, cannot be parsed, or is not an answers file of Copier.
    """
    where = Where(file=name)
    try:
        # Opening a pipe or a device could block forever.
        if path.exists() and not path.is_file():
            raise PreconditionError(
                f"{name} is not a file", code="answers_broken", where=where, hint=f"move it away; {_repair()}"
            )
        text = _beginning(path).decode()
    except FileNotFoundError:
        raise PreconditionError(f"{name} is missing", code="answers_missing", where=where, hint=_repair()) from None
    except (OSError, UnicodeDecodeError) as error:
        raise PreconditionError(f"{name} cannot be read", code="answers_broken", where=where, hint=_repair()) from error
    try:
        document = next(iter(read_yaml(text)), None)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else None
        raise PreconditionError(
            f"{name} is broken", code="answers_broken", where=Where(name, line), hint=_repair()
        ) from error
    if not isinstance(document, dict) or not all(
        isinstance(document.get(key), str) for key in ("_commit", "_src_path")
    ):
        raise PreconditionError(
            f"{name} does not name its template", code="answers_broken", where=where, hint=_repair()
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
    """Return the content of a file up to one byte more than the limit of `read_yaml`."""
    with path.open("rb") as stream:
        return stream.read(LARGEST_TEXT + 1)


def _repair() -> str:
    return f"`{program()} update --repair` restores it"
