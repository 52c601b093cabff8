"""The guide of the pipelines, which is generated with them, and the variables that its commands set."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

__all__ = ["Setting", "guide_of", "settings_in"]

_COMMAND: Final = re.compile(r"^\s*(gh (?:variable|secret)|glab variable) set .+$", re.MULTILINE)
_SCOPES: Final = ("--env", "-e", "--scope", "-s")


class Setting(NamedTuple):
    """A variable or secret that a person sets at the provider.

    Attributes:
        name: Its name.
        kind: Whether it is a secret; GitLab has variables alone.
        environment: The environment that it belongs to; empty for the repository.
        command: The command that sets it.
    """

    name: str
    kind: str
    environment: str
    command: str


def guide_of(answers: Mapping[str, object]) -> str | None:
    """Return the path of the guide, relative to the repository; None for answers of a fork without these questions."""
    name, prefix, provider = (answers.get(key) for key in ("app_name", "prefix", "provider"))
    if provider == "gitlab" and isinstance(name, str):
        return f".gitlab/ci/{name}/README.md"
    return f".github/{prefix}pipeline.md" if provider == "github" and isinstance(prefix, str) else None


def settings_in(guide: str) -> Iterator[Setting]:
    """Yield what the commands of a guide set, in its order."""
    for found in _COMMAND.finditer(guide):
        command = found[0].strip()
        try:
            words = shlex.split(re.split(r"\s[<|]", command, maxsplit=1)[0], comments=True)
        except ValueError:  # a person edits the guide
            continue
        if len(words) < 4:
            continue
        named = next((words[place + 1] for place, word in enumerate(words[:-1]) if word in _SCOPES), "")
        yield Setting(words[3], words[1], "" if named == "*" else named, command)
