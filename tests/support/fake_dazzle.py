"""A `dazzle` command made of shell, in an environment of its own, which counts how often it runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.trees import build_tree

__all__ = ["build_project", "install_dazzle", "runs_of"]

_EXPORT = """\
#!/bin/sh
echo run >> '{runs}'
test "$1 $2 $3 $4" = "build-api -m dazzle.toml -o" || exit 64
test -f dazzle.toml || exit 65
echo "WARNING: chatter that is no JSON"
mkdir -p "$5" && cp '{export}' "$5/appspec.json"
"""


def build_project(root: Path) -> Path:
    """Make a project with a dazzle.toml and one DSL file."""
    return build_tree(root, {"dazzle.toml": '[project]\nname = "demo"\n', "dsl/app.dsl": "module demo\n"})


def install_dazzle(
    prefix: Path, *, spec: Mapping[str, Any] | None = None, script: str | None = None, version: str | None = "0.125.0"
) -> Path:
    """Make an environment with a `dazzle` and return the command.

    Args:
        prefix: The environment's folder.
        spec: What `dazzle build-api` exports.
        script: The command itself, in place of one that exports `spec`; `{prefix}` is replaced.
        version: The version of dazzle-dsl that is installed beside it; None for none.
    """
    build_tree(prefix, {"export.json": json.dumps(spec)})
    text = script.replace("{prefix}", str(prefix)) if script is not None else None
    build_tree(prefix, {"bin/dazzle": text or _EXPORT.format(runs=prefix / "runs", export=prefix / "export.json")})
    if version is not None:
        (prefix / "lib" / "python3.12" / "site-packages" / f"dazzle_dsl-{version}.dist-info").mkdir(parents=True)
    command = prefix / "bin" / "dazzle"
    command.chmod(0o755)
    return command


def runs_of(command: Path) -> int:
    """Return how often a command that exports ran."""
    runs = command.parent.parent / "runs"
    return len(runs.read_text().splitlines()) if runs.exists() else 0
