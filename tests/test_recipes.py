"""The recipes of CONTRIBUTING.md, followed in a copy of the package: the files that they name are all that changes."""

from __future__ import annotations

import json
import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.support.cli import Ran, run_cli, small_project
from tests.support.custom_templates import committed
from tests.support.releases import git
from tests.support.trees import build_tree, read_tree

ROOT = Path(__file__).parent.parent
WATER = """
from dazzle_infra.requirements.evidence import found
from dazzle_infra.requirements.needs.record import NeedRecord

NEED = NeedRecord(
    name="water",
    summary="Whether water is needed.",
    purpose="cooling",
    reasons=lambda appspec, facts: [found("entity", one.name, "gets hot", one.source) for one in appspec.entities],
    absent="no entity",
)
"""
FLASK = """
from dazzle_infra.project.runtimes.languages import PYTHON
from dazzle_infra.project.runtimes.record import Commands, RuntimeRecord

RUNTIME = RuntimeRecord(
    name="flask",
    title="Flask",
    language=PYTHON,
    package="flask",
    commands=lambda project, declared, port: Commands(serve=("waitress-serve", f"--port={port}", "app:app")),
    paths=PYTHON.paths,
    placeholder="app.py",
    imports=("flask", "waitress"),
)
"""
CHARTS = """
from dazzle_infra.backends.base import Backend
from dazzle_infra.backends.charts import NAME, SUMMARY


class Charts(Backend):
    name, summary, template = NAME, SUMMARY, "charts"
"""


COUNT = """
from dazzle_infra.cli.options import Options, command


@command("project", "appspec", "as_json", "quiet", "plain")
def count(options: Options) -> None:
    from dazzle_infra.cli.loading import load
    from dazzle_infra.cli.output import output_of

    output, (_, loaded) = output_of(options), load(options)
    output.line(f"{len(loaded.appspec.entities)} entities")
    output.document({"entities": len(loaded.appspec.entities)})
"""


def recipe(title: str, name: str) -> list[str]:
    """Return the files and folders that the steps of a recipe name, with NAME replaced."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    section = re.search(rf"^### {title}\n(.*?)(?=^##)", text, flags=re.MULTILINE | re.DOTALL)
    assert section is not None, title
    return [found.replace("NAME", name) for found in re.findall(r"`((?:[\w.-]+/)+[\w.-]+)`", section[1])]


def copied(tmp_path: Path) -> Path:
    """Return a folder with a copy of the package."""
    shutil.copytree(ROOT / "dazzle_infra", tmp_path / "dazzle_infra", ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def change(copy: Path, path: str, old: str, new: str) -> None:
    text = (copy / path).read_text()
    assert text.count(old) == 1, f"{path} has {old!r} {text.count(old)} times"
    (copy / path).write_text(text.replace(old, new))


def changed(copy: Path) -> set[str]:
    """Return the files of the package that differ from the original."""
    ours, theirs = (read_tree(folder / "dazzle_infra") for folder in (copy, ROOT))
    return {
        f"dazzle_infra/{path}"
        for path in ours.keys() | theirs.keys()
        if "__pycache__" not in path and ours.get(path) != theirs.get(path)
    }


def run(copy: Path, project: Path, *arguments: str) -> Ran:
    """Run the copy of the package."""
    code = f"import sys; sys.path.insert(0, {str(copy)!r}); from dazzle_infra.cli import main; main()"
    ran = run_cli(*arguments, cwd=project, command=(sys.executable, "-c", code))
    assert ran.status == 0, ran.err
    return ran


@pytest.mark.parametrize(
    ("title", "name"),
    [("Add a need", "cache"), ("Add a runtime", "django"), ("Add a command", "plan"), ("Add a question", "docker")],
)
def test_the_files_that_a_recipe_names_exist(title: str, name: str) -> None:
    named = recipe(title, name)
    assert len(named) >= 4
    assert [path for path in named if not (ROOT / path).exists()] == []


def test_a_need_is_added_in_the_files_that_its_recipe_names(tmp_path: Path) -> None:
    copy, project = copied(tmp_path), small_project(tmp_path / "project")
    build_tree(copy, {"dazzle_infra/requirements/needs/water.py": WATER})
    registry = "dazzle_infra/requirements/needs/__init__.py"
    change(copy, registry, "    tenancy,\n", "    tenancy,\n    water,\n")
    change(copy, registry, "    tenancy.NEED,\n", "    tenancy.NEED,\n    water.NEED,\n")
    for backend in ("docker", "server", "terraform"):
        table = "_PROVIDES: dict[Need, Provision] = {\n"
        entry = f'    "water": Provision("a tap of {backend}", "cold"),\n'
        change(copy, f"dazzle_infra/backends/{backend}/backend.py", table, f"{table}{entry}")
    assert changed(copy) == {path for path in recipe("Add a need", "water") if path.startswith("dazzle_infra/")}
    shown = run(copy, project, "explain").out
    assert re.search(r"\n  water +yes +entity Ticket: gets hot", shown)
    assert "docker: a tap of docker; cold" in shown
    assert "terraform: a tap of terraform; cold" in shown
    schema = json.loads(run(copy, project, "schema").out)
    assert schema["properties"]["infra"]["properties"]["overrides"]["properties"]["water"]


def test_a_runtime_is_added_in_the_files_that_its_recipe_names(tmp_path: Path) -> None:
    copy = copied(tmp_path)
    build_tree(copy, {"dazzle_infra/project/runtimes/flask.py": FLASK})
    registry = "dazzle_infra/project/runtimes/__init__.py"
    change(copy, registry, "express, fastapi, fraiseql, nextjs", "express, fastapi, flask, fraiseql, nextjs")
    change(copy, registry, "    fastapi.RUNTIME,\n", "    fastapi.RUNTIME,\n    flask.RUNTIME,\n")
    assert changed(copy) == {path for path in recipe("Add a runtime", "flask") if path.startswith("dazzle_infra/")}
    project = small_project(tmp_path / "project")
    build_tree(project, {"requirements.txt": "flask\nwaitress\n", "app.py": ""})
    run(copy, project, "docker")
    dockerfile = (project / "infra/docker/Dockerfile").read_text()
    assert 'CMD ["waitress-serve", "--port=8000", "app:app"]' in dockerfile
    assert 'python -c "import flask, waitress"' in dockerfile
    assert 'COPY ["app.py", "./app.py"]' in dockerfile


def test_a_backend_is_added_in_the_files_that_its_recipe_names(tmp_path: Path) -> None:
    copy, project = copied(tmp_path / "copy"), small_project(tmp_path / "project")
    build_tree(
        copy / "dazzle_infra/backends/charts",
        {"__init__.py": 'NAME = "charts"\nSUMMARY = "a Helm chart"\n', "backend.py": CHARTS},
    )
    registry = "dazzle_infra/backends/names.py"
    change(copy, registry, "import ci, docker, server, terraform\n", "import charts, ci, docker, server, terraform\n")
    stated = 'charts.NAME, charts.SUMMARY, "dazzle_infra.backends.charts.backend", "Charts", is_default=False'
    change(copy, registry, "BUILT_IN = (\n", f"BUILT_IN = (\n    BuiltIn({stated}),\n")
    bundles = copy / "dazzle_infra/templates/bundles/charts"
    bundles.mkdir()
    git(
        committed("helm", tmp_path / "template"),
        "bundle",
        "create",
        "--quiet",
        str(bundles / "v1.0.0.bundle"),
        "v1.0.0",
    )
    named = [path for path in recipe("Add a backend", "charts") if path.startswith("dazzle_infra/")]
    assert [path for path in sorted(changed(copy)) if not path.startswith(tuple(named))] == []
    run(copy, project, "charts")
    assert "name: desk" in (project / "infra/charts/Chart.yaml").read_text()
    run(copy, project, "check")
    schema = json.loads(run(copy, project, "schema").out)["properties"]["infra"]["properties"]
    assert schema["backends"]["items"]["enum"] == ["charts", "docker", "terraform", "server", "ci"]
    assert schema["backends"]["default"] == ["docker", "terraform"]
    assert "charts" in run(copy, project, "template", "list").out
    assert "charts.output" in run(copy, project, "config").out


def test_a_command_is_added_in_the_files_that_its_recipe_names(tmp_path: Path) -> None:
    copy, project = copied(tmp_path / "copy"), small_project(tmp_path / "project")
    build_tree(copy, {"dazzle_infra/cli/commands/count.py": COUNT})
    stated = '    Later.of("count", "Count the entities.", _LOOK, "count", "docs/commands.md"),\n'
    change(copy, "dazzle_infra/cli/command_group.py", "LATER = (\n", f"LATER = (\n{stated}")
    change(
        copy,
        "dazzle_infra/backends/names.py",
        "COMMANDS = frozenset(\n    {\n",
        'COMMANDS = frozenset(\n    {\n        "count",\n',
    )
    named = recipe("Add a command", "count")
    assert changed(copy) == {path for path in named if path.startswith("dazzle_infra/")}
    assert run(copy, project, "count").out == "1 entities\n"
    assert run(copy, project, "count", "--json").json["entities"] == 1
    assert re.search(r"count +Count the entities\.", run(copy, project, "--help").out)


def test_a_question_is_named_only_in_the_files_of_its_recipe() -> None:
    named = recipe("Add a question", "docker")
    files = [
        path for folder in ("dazzle_infra", "copier-templates/docker") for path in sorted((ROOT / folder).rglob("*"))
    ]
    found = {
        path.relative_to(ROOT).as_posix()
        for path in files
        if path.is_file() and not {"bundles", "__pycache__"} & set(path.parts) and b"build_output" in path.read_bytes()
    }
    assert len(found) > 5
    assert [path for path in sorted(found) if not path.startswith(tuple(named))] == []
