"""Updating both backends against two plain `copier update`; a run with nothing to do against `copier check-update`.

The update takes every release since the first, and a change of the model (the application begins to send mail), into
edited files. Plain Copier is told the same answers.
"""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import yaml

from dazzle_infra.cache.results import remove_results
from scripts.measure import EXAMPLE, NAMES, Run, answers_of, git, made_by_first, run, show, show_ratio

__all__ = ["bench"]

UPDATE = ["dazzle-infra", "update", "--appspec", "../after.json"]
CROWD = 50_000
"""Files of the repository that is not small."""


def crowded_project(folder: Path, crowd: int) -> Path:
    """Make the example, made by the first releases and edited, among that many other files of its repository."""
    project = made_by_first(folder / f"crowd-{crowd}")
    for number in range(crowd):
        path = project / "crowd" / str(number // 250) / f"{number}.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{number}\n")
    git(project, "add", "--all")
    git(project, "commit", "--quiet", "--allow-empty", "--message", "a crowd")
    return project


def as_before(project: Path) -> None:
    """Bring the project back to its last commit."""
    git(project, "reset", "--quiet", "--hard")
    git(project, "clean", "--quiet", "--force", "-d", "infra")
    shutil.rmtree(project / ".dazzle-infra", ignore_errors=True)


def updates(project: Path, folder: Path) -> list[tuple[list[str], Path]]:
    """Return the two plain `copier update` that are told the answers that the project records now."""
    commands = []
    for name in NAMES:
        data = folder / f"{name}.yml"
        data.write_text(yaml.safe_dump(answers_of(project, name)))
        commands.append((["copier", "update", "--quiet", "--defaults", "--data-file", str(data)], Path("infra") / name))
    return commands


def run_each(commands: Sequence[tuple[list[str], Path]], project: Path) -> Run:
    """Run commands in folders of the project; their time is added."""
    runs = [run([command], project / folder) for command, folder in commands]
    return Run(sum(one.seconds for one in runs), max(one.megabytes for one in runs))


def bench_updates(folder: Path, count: int, crowd: int, aim: str) -> None:
    """Measure the update in a repository of that many other files."""
    project = crowded_project(folder, crowd)
    run([UPDATE], project)
    plain = updates(project, folder)
    ours, theirs = [], []
    for _ in range(count):
        as_before(project)
        ours.append(run([UPDATE], project))
        as_before(project)
        theirs.append(run_each(plain, project))
    among = f", {crowd} other files" if crowd else ""
    ratio = show(f"dazzle-infra update{among}", ours), show(f"two plain copier update{among}", theirs)
    show_ratio(*ratio, aim)


def bench_check(folder: Path, count: int) -> None:
    """Measure runs that find nothing, the model read from a `dazzle` command once and cached since.

    The first run of a command reads everything, the second prints the stored result.
    """
    project = Path(shutil.copytree(EXAMPLE, folder / "check"))
    dazzle = folder / "bin" / "dazzle"
    dazzle.parent.mkdir()
    (folder / "export.json").write_bytes(gzip.decompress((project / "appspec.json.gz").read_bytes()))
    dazzle.write_text(f'#!/bin/sh\nmkdir -p "$5" && cp "{folder}/export.json" "$5/appspec.json"\n')
    dazzle.chmod(0o755)
    manifest = project / "dazzle.toml"
    manifest.write_text(manifest.read_text().replace("[infra]\n", f'[infra]\ndazzle = "{dazzle}"\n', 1))
    run([["dazzle-infra", "all"]], project)
    plain: list[Run] = []
    ours: dict[str, list[Run]] = {f"{word}, {kind}": [] for word in ("check", "update") for kind in ("first", "stored")}
    for _ in range(count):
        remove_results()
        for name, runs in ours.items():
            runs.append(run([["dazzle-infra", name.partition(",")[0]]], project))
        plain.append(run([["copier", "check-update", "--quiet"]], project / "infra" / "docker"))
    theirs = show("copier check-update of one template", plain)
    for name, runs in ours.items():
        aim = "0.05" if name.endswith("stored") else "0.32"
        show_ratio(show(f"dazzle-infra {name}, nothing to do", runs), theirs, aim)


def bench(folder: Path, count: int) -> None:
    """Measure, and print the figures."""
    model = json.loads(gzip.decompress((EXAMPLE / "appspec.json.gz").read_bytes()))
    (folder / "after.json").write_text(json.dumps(model | {"channels": [{"name": "letters", "kind": "email"}]}))
    bench_updates(folder, count, 0, "0.45")
    bench_updates(folder, count, CROWD, "0.15")
    bench_check(folder, count)
