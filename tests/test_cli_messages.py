"""Messages of commands name what the user can act on."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import MANIFEST, SMALL, run_here, small_project
from tests.support.releases import commit_all, git, made_project
from tests.support.trees import build_tree

COMMAND = (sys.executable, "-m", "dazzle_infra.cli")


def test_without_generated_files_the_backends_of_the_project_are_named(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    for command in ("status", "check", "plan", "update"):
        ran = run_here(command, cwd=project)
        assert ran.status == 5
        assert ran.err.startswith("error: no generated files: infra/docker, infra/terraform\n")
    build_tree(project, {"dazzle.toml": MANIFEST + 'backends = ["server"]\n'})
    assert run_here("status", cwd=project).err.startswith("error: no generated files: infra/server\n")


def test_a_clone_without_the_files_because_git_ignores_their_folder_names_the_rule(tmp_path: Path) -> None:
    project = made_project(tmp_path / "app")
    build_tree(project, {".gitignore": "# local\ninfra/\n"})
    commit_all(project)
    git(tmp_path, "clone", "--quiet", str(project), "clone")
    git(tmp_path / "clone", "rm", "--quiet", "-r", "infra")
    for command in ("status", "check"):
        ran = run_here(command, "--json", cwd=tmp_path / "clone")
        assert (ran.status, ran.json["code"]) == (5, "never_committed")
        assert (ran.json["where"]["file"], ran.json["where"]["line"]) == (".gitignore", 2)


@pytest.mark.parametrize("arguments", [["--help"], ["plan", "--help"]])
def test_whoever_reads_no_line_of_the_help_causes_no_error(tmp_path: Path, arguments: list[str]) -> None:
    process = subprocess.Popen([*COMMAND, *arguments], cwd=tmp_path, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait() == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("arguments", [["plan"], ["check"], ["explain"], ["--help"], ["explain", "--json"]])
def test_an_output_that_takes_nothing_is_named(tmp_path: Path, arguments: list[str]) -> None:
    project = made_project(tmp_path)
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [*COMMAND, *arguments], cwd=project, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert ran.returncode == 1
    assert ran.stderr.startswith("error: standard output: No space left on device\n")
    assert "TMPDIR" not in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.parametrize(
    ("given", "suggested"), [("--nope", None), ("--exit-cod", "--exit-code"), ("--relocat", "--relocate")]
)
def test_only_options_with_similar_names_are_suggested(tmp_path: Path, given: str, suggested: str | None) -> None:
    ran = run_here("plan", given, cwd=tmp_path)
    assert ran.status == 2
    assert ("Possible options" in ran.err) == (suggested is not None)
    assert suggested is None or suggested in ran.err


def with_entities(*entities: object) -> dict[str, Any]:
    return SMALL | {"domain": {"entities": list(entities)}}


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (SMALL | {"domain": {"entities": {}}}, "domain.entities is an object, not a list"),
        (with_entities("Ticket"), "domain.entities[0] is text, not an object"),
        (SMALL | {"domain": None}, "`domain` is null"),
        ({"name": "desk"}, "`domain` is missing"),
        (with_entities({"name": "A", "fields": [{"name": "b", "type": "str"}]}), "field b whose type is not an object"),
        (with_entities({"name": "A", "fields": [{"name": "b"}]}), "field b without a type"),
    ],
)
def test_a_model_of_another_shape_is_described_in_words_of_json(
    tmp_path: Path, model: dict[str, Any], message: str
) -> None:
    project = build_tree(small_project(tmp_path), {"appspec.json": json.dumps(model)})
    ran = run_here("explain", cwd=project)
    assert ran.status == 1
    assert message in ran.err
    assert "instance of" not in ran.err


def test_the_file_of_a_dependency_is_named_once(tmp_path: Path) -> None:
    files = {"requirements.txt": "-r requirements/base.txt\n", "requirements/base.txt": "fastapi\n"}
    ran = run_here("explain", cwd=build_tree(small_project(tmp_path), files))
    [line] = [line for line in ran.out.splitlines() if "depends on fastapi" in line]
    assert line.count("requirements/base.txt") == 1
