"""Whether the variables and secrets of the pipelines are set at the provider: their names, never their values."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from dazzle_infra.backends.ci.guide import Setting, guide_of, settings_in
from dazzle_infra.backends.ci.place import top_of
from dazzle_infra.backends.tools import Tool
from dazzle_infra.project.packages.declared import text_of

__all__ = ["provider_findings"]

_SECONDS: Final = 20


class _RefusedError(Exception):
    """The program cannot list the names; the message is its first line."""


def provider_findings(project: Path, answers: Mapping[str, object]) -> list[Tool]:
    """Return the program of the provider, and what the guide of the pipelines says to set and is not set.

    Args:
        project: The project's root.
        answers: The recorded answers.
    """
    program = "glab" if answers.get("provider") == "gitlab" else "gh"
    top, guide = top_of(project), guide_of(answers)
    wanted = list(settings_in(text_of(top / guide))) if guide else []
    if not wanted:
        return []
    if shutil.which(program) is None:
        return [Tool(program, None, f"install it to let doctor check the variables and secrets of {guide}")]
    try:
        there = _names(program, top, wanted)
    except _RefusedError as refused:
        return [Tool(program, None, f"it cannot list the variables of the repository: {refused}")]
    missing = [one for one in wanted if not _is_set(one, there)]
    found = Tool(program, f"{len(wanted) - len(missing)} of {len(wanted)} variables and secrets are set")
    return [found, *(_missing(one) for one in missing)]


def _missing(one: Setting) -> Tool:
    place = f" of {one.environment}" if one.environment else ""
    return Tool(f"{one.name}{place}", None, f"set it: {one.command}")


def _is_set(one: Setting, there: set[tuple[str, str, str]]) -> bool:
    return any((one.kind, place, one.name) in there for place in {one.environment, ""})


def _names(program: str, top: Path, wanted: list[Setting]) -> set[tuple[str, str, str]]:
    """Return kind, environment and name of what is set.

    Raises:
        _RefusedError: The program fails, because nobody is logged in, for example.
    """
    if program == "glab":
        # The output has values, too: only names and scopes are read of it.
        listed = _listed(top, "glab", "variable", "list", "--output", "json", "--per-page", "100")
        scopes = [(str(one.get("environment_scope", "*")), str(one.get("key"))) for one in listed]
        return {("variable", "" if scope == "*" else scope, key) for scope, key in scopes}
    found = set()
    for kind, environment in sorted(
        {(one.kind, one.environment) for one in wanted} | {("variable", ""), ("secret", "")}
    ):
        option = ["--env", environment] if environment else []
        try:
            listed = _listed(top, "gh", kind, "list", "--json", "name", *option)
        except _RefusedError:
            if not environment:
                raise
            continue  # the environment does not exist yet
        found |= {(kind, environment, str(one.get("name"))) for one in listed}
    return found


def _listed(top: Path, *command: str) -> list[Mapping[str, object]]:
    environment = {**os.environ, "GH_PROMPT_DISABLED": "1", "NO_COLOR": "1", "NO_PROMPT": "1"}
    try:
        done = subprocess.run(
            command, cwd=top, env=environment, capture_output=True, text=True, timeout=_SECONDS, check=False
        )
        listed = json.loads(done.stdout or "null") if done.returncode == 0 else None
    except (OSError, ValueError, subprocess.TimeoutExpired):
        raise _RefusedError(f"`{' '.join(command)}` does not answer") from None
    if not isinstance(listed, list):
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise _RefusedError(said[0][:200] if said else f"`{' '.join(command)}` ends with {done.returncode}")
    return [one for one in listed if isinstance(one, Mapping)]
