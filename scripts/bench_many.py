"""`update --all` over many applications against two plain `copier update` for each.

Each application has a name of its own, so that no two renders are the same, and edited files; what is new are the
releases of both templates since the first. Plain Copier runs on a sample, and is scaled: it takes the same time for
each.
"""

from __future__ import annotations

import shutil
import statistics
from pathlib import Path

from scripts.measure import NAMES, Run, git, made_by_first, run, say, show, show_ratio

__all__ = ["bench"]

APPLICATIONS = 100
SAMPLE = 5
"""Applications that plain Copier updates."""

RUNS = 3
"""Runs of `update --all`, each over all applications."""


def plain(project: Path) -> Run:
    """Update one application by two commands of Copier's, with the answers that it recorded."""
    runs = []
    for name in NAMES:
        runs.append(run([["copier", "update", "--quiet", "--defaults", f"infra/{name}"]], project))
        git(project, "add", "--all")  # it wants a clean tree
        git(project, "commit", "--quiet", "--allow-empty", "--message", name)
    return Run(sum(one.seconds for one in runs), max(one.megabytes for one in runs))


def bench(folder: Path, count: int) -> None:
    """Measure, and print the figures; of `count`, the runs of the other benchmarks, no more than `RUNS` are done."""
    made = folder / "made"
    projects = [made_by_first(made / f"app-{number:03}", f"desk_{number}") for number in range(APPLICATIONS)]
    ours = []
    for number in range(min(count, RUNS)):
        copied = shutil.copytree(made, folder / f"run-{number}")
        command = ["dazzle-infra", "update", "--all", "--quiet", "--appspec", "appspec.json.gz"]
        ours.append(run([command], copied))
        shutil.rmtree(copied)
    sample = [plain(shutil.copytree(project, folder / project.name)) for project in projects[:SAMPLE]]
    theirs = [Run(one.seconds * APPLICATIONS, one.megabytes) for one in sample]
    median = show(f"dazzle-infra update --all, {APPLICATIONS} applications", ours)
    scaled = show(f"two plain copier update x {APPLICATIONS}, scaled from {SAMPLE}", theirs)
    say(f"  one application: {statistics.median(one.seconds for one in sample):.2f} s by plain Copier")
    show_ratio(median, scaled, "0.25")
