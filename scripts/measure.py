"""Measuring whole processes: wall seconds, and the memory of the largest process."""

from __future__ import annotations

import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from dazzle_infra.templates import embedded_repository, versions_of

__all__ = ["BIN", "EXAMPLE", "NAMES", "Run", "answers_of", "git", "made_by_first", "run", "say", "show", "show_ratio"]

BIN = Path(sys.executable).parent
EXAMPLE = Path(__file__).parent.parent / "examples" / "02-ticket-desk"
NAMES = ("docker", "terraform")


@dataclass(frozen=True)
class Run:
    """One run of a command."""

    seconds: float
    megabytes: float


def run(commands: Sequence[Sequence[str]], cwd: Path) -> Run:
    """Run the commands one after the other; their time is added, of their memory the largest counts."""
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    # What pip installs is compiled once; a clone that may not keep what it compiles would be measured compiling.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    seconds, kilobytes = 0.0, 0
    for command in commands:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=cwd, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        _, status, usage = os.wait4(process.pid, 0)
        seconds += time.perf_counter() - start
        kilobytes = max(kilobytes, usage.ru_maxrss)
        if status != 0:
            detail = process.stderr.read().decode() if process.stderr else ""
            raise SystemExit(f"{' '.join(command)} failed:\n{detail}")
        if process.stderr:
            process.stderr.close()
    return Run(seconds, kilobytes / 1000)


def show(label: str, runs: Sequence[Run]) -> float:
    """Print minimum, median and maximum; return the median of the seconds."""
    seconds = sorted(run.seconds for run in runs)
    memory = max(run.megabytes for run in runs)
    median = statistics.median(seconds)
    say(f"  {label:<52} {seconds[0]:6.2f} {median:6.2f} {seconds[-1]:6.2f} s   {memory:5.0f} MB")
    return median


def show_ratio(ours: float, theirs: float, aim: str) -> None:
    """Print the ratio of two medians beside what is aimed at."""
    say(f"  ratio of the medians {ours / theirs:.2f} (aim {aim})")


def say(text: str) -> None:
    """Print a line."""
    print(text, flush=True)  # noqa: T201


def answers_of(project: Path, name: str) -> dict[str, object]:
    """Return what the project's answers file of that backend records, the template's version and source left out."""
    recorded = yaml.safe_load((project / "infra" / name / ".copier-answers.yml").read_text())
    return {key: value for key, value in recorded.items() if not key.startswith("_")}


def git(project: Path, *arguments: str) -> None:
    """Run git in the project, free of the user's configuration."""
    identity = ["-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main"]
    environment = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", *identity, *arguments], cwd=project, env=environment, check=True, capture_output=True)


def made_by_first(project: Path, title: str = "ticket_desk") -> Path:
    """Copy the example, let the first releases of both templates make its files, and edit and commit them."""
    shutil.copytree(EXAMPLE, project)
    manifest = project / "dazzle.toml"
    silent = pinned = manifest.read_text().replace('name = "ticket_desk"', f'name = "{title}"', 1)
    for name in NAMES:
        first = versions_of(embedded_repository(name))[0]
        pinned = pinned.replace(f"[infra.{name}]\n", f'[infra.{name}]\nref = "{first}"\n', 1)
    manifest.write_text(pinned)
    run([["dazzle-infra", "all", "--appspec", "appspec.json.gz"]], project)
    manifest.write_text(silent)
    for name in NAMES:
        readme = project / "infra" / name / "README.md"
        readme.write_text(readme.read_text() + f"\nA line of ours about {title}.\n")
    git(project, "init", "--quiet")
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--message", "made")
    return project
