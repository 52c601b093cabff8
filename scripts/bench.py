"""Measure what the documentation claims, side by side in one run: `make bench`.

Every figure is of whole processes: wall seconds, and the memory of the largest process. Commands that are compared run
in turn, so that a machine that slows down slows both.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
OURS = ["dazzle-infra", "all", "--appspec", "appspec.json.gz"]
EXAMPLE = ROOT / "examples" / "02-ticket-desk"


@dataclass(frozen=True)
class Run:
    """One run of a command."""

    seconds: float
    megabytes: float


def run(commands: Sequence[Sequence[str]], cwd: Path) -> Run:
    """Run the commands one after the other; their time is added, of their memory the largest counts."""
    environment = {**os.environ, "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
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
    print(f"  {label:<44} {seconds[0]:6.2f} {median:6.2f} {seconds[-1]:6.2f} s   {memory:5.0f} MB")  # noqa: T201
    return median


def entities(count: int) -> dict[str, object]:
    """Return an AppSpec of that many entities, ten fields each."""
    fields = [{"name": f"field_{index}", "type": {"kind": "str"}} for index in range(10)]
    listed = [{"name": f"Entity{index}", "fields": fields} for index in range(count)]
    return {"name": "many", "title": "Many", "version": "1.0.0", "domain": {"entities": listed}}


def fresh(folder: Path) -> Callable[[], Path]:
    """Return a maker of fresh copies of the example."""
    counter = iter(range(10_000))

    def make() -> Path:
        return Path(shutil.copytree(EXAMPLE, folder / f"project-{next(counter)}"))

    return make


def answers_of(project: Path, folder: Path) -> list[list[str]]:
    """Return the two plain `copier copy` that make the same files as `dazzle-infra all` made in the project."""
    commands = []
    for name in ("docker", "terraform"):
        recorded = yaml.safe_load((project / "infra" / name / ".copier-answers.yml").read_text())
        version, source = recorded.pop("_commit"), recorded.pop("_src_path")
        data = folder / f"{name}.yml"
        data.write_text(yaml.safe_dump(recorded))
        commands.append(
            ["copier", "copy", "--quiet", "--defaults", "--data-file", str(data), "--vcs-ref", version, source, name]
        )
    return commands


def main() -> None:
    """Run every benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-n", type=int, default=7, help="counted runs of each command")
    count = parser.parse_args().n
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make = fresh(folder)
        first = make()
        run([OURS], first)
        plain = answers_of(first, folder)
        ours, theirs = [], []
        for _ in range(count):
            ours.append(run([OURS], make()))
            place = Path(tempfile.mkdtemp(dir=folder))
            theirs.append(run(plain, place))
        print(f"{count} runs each: minimum, median, maximum, memory of the largest process")  # noqa: T201
        a = show("dazzle-infra all", ours)
        b = show("two plain copier copy, the same answers", theirs)
        print(f"  ratio of the medians {a / b:.2f}")  # noqa: T201
        show("dazzle-infra --help", [run([["dazzle-infra", "--help"]], folder) for _ in range(count)])
        medians = []
        for size in (10, 500):
            export = folder / f"{size}.json"
            export.write_text(json.dumps(entities(size)))
            command = [["dazzle-infra", "all", "--appspec", str(export)]]
            medians.append(show(f"dazzle-infra all, {size} entities", [run(command, make()) for _ in range(count)]))
        print(f"  ratio of the medians {medians[1] / medians[0]:.2f}")  # noqa: T201


if __name__ == "__main__":
    main()
