"""Scaffolding both backends against two plain `copier copy`; the help; a large model against a small one."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import yaml

from scripts.measure import EXAMPLE, answers_of, run, show, show_ratio

__all__ = ["bench"]

OURS = ["dazzle-infra", "all", "--appspec", "appspec.json.gz"]


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


def copies(project: Path, folder: Path) -> list[list[str]]:
    """Return the two plain `copier copy` that make the same files as `dazzle-infra all` made in the project."""
    commands = []
    for name in ("docker", "terraform"):
        recorded = yaml.safe_load((project / "infra" / name / ".copier-answers.yml").read_text())
        data = folder / f"{name}.yml"
        data.write_text(yaml.safe_dump(answers_of(project, name)))
        copy = ["copier", "copy", "--quiet", "--defaults", "--data-file", str(data), "--vcs-ref", recorded["_commit"]]
        commands.append([*copy, recorded["_src_path"], name])
    return commands


def bench(folder: Path, count: int) -> None:
    """Measure, and print the figures."""
    make = fresh(folder)
    first = make()
    run([OURS], first)
    plain = copies(first, folder)
    ours, theirs = [], []
    for _ in range(count):
        ours.append(run([OURS], make()))
        theirs.append(run(plain, Path(tempfile.mkdtemp(dir=folder))))
    show_ratio(show("dazzle-infra all", ours), show("two plain copier copy, the same answers", theirs), "0.7")
    show("dazzle-infra --help", [run([["dazzle-infra", "--help"]], folder) for _ in range(count)])
    medians = []
    for size in (10, 500):
        export = folder / f"{size}.json"
        export.write_text(json.dumps(entities(size)))
        command = [["dazzle-infra", "all", "--appspec", str(export)]]
        medians.append(show(f"dazzle-infra all, {size} entities", [run(command, make()) for _ in range(count)]))
    show_ratio(medians[1], medians[0], "1.5")
