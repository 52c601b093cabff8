"""The sessions in the documentation: each command runs, and prints what is printed there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

DOCS = Path(__file__).parent.parent / "docs"
LEFT_OUT = "…"


@dataclass
class Step:
    """A command, what the documentation says that it prints, and how it ends."""

    command: str
    printed: list[str] = field(default_factory=list)
    status: int = 0


def steps(document: str) -> Iterator[Step]:
    """Read the blocks of kind `console`: a command goes on over indented lines right below it."""
    for block in re.findall(r"^```console\n(.*?)^```$", document, re.MULTILINE | re.DOTALL):
        step = None
        for line in block.splitlines():
            if line.startswith("$ "):
                if step is not None:
                    yield step
                step = Step(line[2:])
            elif step is not None and line.startswith("    ") and not step.printed:
                step.command += "\n" + line.strip()
            elif step is not None and (ended := re.fullmatch(r"\[exit (\d+)\]", line)):
                step.status = int(ended[1])
            elif step is not None:
                step.printed.append(line)
        if step is not None:
            yield step


def pattern(printed: list[str]) -> str:
    """Return what the output has to match: `…` for any lines, and at the end of a line for any rest."""
    lines = [
        r"(.*\n)*?" if line == LEFT_OUT else re.escape(line).replace(re.escape(LEFT_OUT), ".*") + r" *\n"
        for line in printed
    ]
    return "".join(lines)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "count"), [("getting-started.md", 7), ("updating.md", 20)])
def test_the_session_runs_as_it_is_printed(tmp_path: Path, name: str, count: int) -> None:
    found = list(steps((DOCS / name).read_text(encoding="utf-8")))
    assert len(found) >= count
    environment = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")} | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_AUTHOR_NAME": "Ann",
        "GIT_AUTHOR_EMAIL": "ann@example.org",
        "GIT_COMMITTER_NAME": "Ann",
        "GIT_COMMITTER_EMAIL": "ann@example.org",
        "COLUMNS": "200",
    }
    (tmp_path / "examples").symlink_to(DOCS.parent / "examples")
    folder = tmp_path
    for step in found:
        script = f"{step.command}\nstatus=$?\npwd >&2\nexit $status\n"
        done = subprocess.run(
            ["bash", "-c", script], cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == step.status, f"{step.command}\n{done.stdout}{done.stderr}"
        assert re.fullmatch(pattern(step.printed), done.stdout), f"{step.command}\n{done.stdout}"
        folder = Path(done.stderr.splitlines()[-1])
