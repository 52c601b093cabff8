"""Scaffolding against plain `copier copy`, large models and many backends against small and few; the help."""

from __future__ import annotations

import json
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import yaml

from scripts.measure import EXAMPLE, Run, answers_of, git, run, show, show_ratio

__all__ = ["bench"]

BARE = """
import typer

app = typer.Typer(rich_markup_mode="markdown")


@app.command()
def one(name: str = "x") -> None:
    \"\"\"Do one thing.\"\"\"


@app.command()
def two(name: str = "x") -> None:
    \"\"\"Do another.\"\"\"


app()
"""
SMALL = {
    "copier.yml": "_subdirectory: template\napp_name:\n  type: str\n  help: Name of the application.\n",
    "template/README.md.jinja": "# {{ app_name }}\n",
    "template/{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers | to_nice_yaml }}",
}
"""A template of one file."""

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


def bench_help(folder: Path, count: int) -> None:
    """Measure the help, and that of a Typer program of two commands."""
    (folder / "bare.py").write_text(BARE)
    ours, theirs = [], []
    for _ in range(count):
        ours.append(run([["dazzle-infra", "--help"]], folder))
        theirs.append(run([[sys.executable, "bare.py", "--help"]], folder))
    show_ratio(show("dazzle-infra --help", ours), show("a bare Typer program --help", theirs), "1.9")


def bench_small_backends(folder: Path, make: Callable[[], Path], count: int) -> None:
    """Measure scaffolding two and six backends of a template of one file."""
    template = folder / "small"
    for name, content in SMALL.items():
        path = template / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    git(template, "init", "--quiet")
    git(template, "add", "--all")
    git(template, "commit", "--quiet", "--message", "small")
    git(template, "tag", "v1.0.0")
    runs: dict[int, list[Run]] = {2: [], 6: []}
    for _ in range(count):
        for number, measured in runs.items():
            project, names = make(), [f"small-{index}" for index in range(number)]
            manifest = project / "dazzle.toml"
            head = manifest.read_text().partition("[infra]")[0]
            tables = "".join(f'\n[infra.custom.{name}]\ntemplate = "{template}"\n' for name in names)
            manifest.write_text(f"{head}[infra]\nbackends = {json.dumps(names)}\n{tables}")
            measured.append(run([OURS], project))
    two, six = (show(f"dazzle-infra all, {number} small backends", measured) for number, measured in runs.items())
    show_ratio(six, two, "2")


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
    bench_help(folder, count)
    bench_small_backends(folder, make, count)
    medians = []
    for size in (10, 500):
        export = folder / f"{size}.json"
        export.write_text(json.dumps(entities(size)))
        command = [["dazzle-infra", "all", "--appspec", str(export)]]
        medians.append(show(f"dazzle-infra all, {size} entities", [run(command, make()) for _ in range(count)]))
    show_ratio(medians[1], medians[0], "1.5")
