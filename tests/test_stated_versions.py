"""The base image has the version of the language that the project's own files state."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dazzle_infra.project.packages.declared import read_declared
from dazzle_infra.project.packages.node_ranges import allowed_majors
from dazzle_infra.project.stated_versions import node_version, python_version
from tests.support.cli import SMALL, run_here, small_project
from tests.support.trees import build_tree


def package(node: object) -> str:
    return json.dumps({"name": "x", "engines": {"node": node}})


NODE: list[tuple[dict[str, str], str | None]] = [
    ({}, None),
    ({".nvmrc": "22.12.0\n"}, "22"),
    ({".nvmrc": "# why\n\nv20 # and why not\n"}, "20"),
    ({".nvmrc": "lts/jod"}, "22"),
    ({".nvmrc": "iron"}, "20"),
    ({".nvmrc": "lts/*"}, None),
    ({".node-version": "18.x"}, "18"),
    ({".nvmrc": "22", ".node-version": "20", "package.json": package(">=26")}, "22"),
    ({"package.json": package(">=20")}, None),
    ({"package.json": package("^22.1.0")}, "22"),
    ({"package.json": package("22.x || 20.x")}, "22"),
    ({"package.json": package(">=18 <23")}, "22"),
    ({"package.json": package("<24.5")}, "22"),
    ({"package.json": package(">=25")}, "26"),
    ({"package.json": package(22)}, None),
    ({"package.json": package(None)}, None),
    ({"package.json": "[broken"}, None),
    ({".nvmrc": ""}, None),
]


@pytest.mark.parametrize(("files", "version"), NODE)
def test_the_major_version_of_node_is_that_of_the_project(
    tmp_path: Path, files: dict[str, str], version: str | None
) -> None:
    stated = node_version(build_tree(tmp_path, files), read_declared(tmp_path))
    assert (stated.version, stated.problem) == (version, "")


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("*", 26),
        ("", 26),
        ("20", 20),
        ("=20.1.0", 20),
        ("v20.1", 20),
        ("~20.1", 20),
        (">20", 26),
        (">20 <=22", 22),
        ("20 - 22", 22),
        ("18.0.0 - 20.5.0", 19),
        ("<20.0.0", 19),
        (">= 20.1 < 22", 21),
        ("20.x || >=24 <25", 24),
        ("^20.1.0-rc.1", 20),
    ],
)
def test_a_range_allows_the_majors_whose_newest_version_is_in_it(text: str, first: int) -> None:
    assert allowed_majors(text, range(10, 27))[0] == first


@pytest.mark.parametrize("text", ["latest", ">=", "20 or 22", "20,22", "<10", "99", ">26", "20 -", "||a"])
def test_a_range_that_allows_no_released_major_is_named(tmp_path: Path, text: str) -> None:
    assert allowed_majors(text, range(10, 27)) == []
    build_tree(tmp_path, {"package.json": package(text)})
    stated = node_version(tmp_path, read_declared(tmp_path))
    assert stated.version is None
    assert stated.problem.startswith(f'engines.node of package.json states "{text}", which is no released version')


@pytest.mark.parametrize("text", ["27", "9.1.0", "system", "lts/unknown", "22 23", "-1", "v", "2" * 400])
def test_a_version_of_node_that_is_not_released_is_named_with_its_line(tmp_path: Path, text: str) -> None:
    build_tree(tmp_path, {".nvmrc": f"# ours\n{text}\n"})
    stated = node_version(tmp_path, read_declared(tmp_path))
    assert stated.version is None
    assert stated.problem.startswith('.nvmrc:2 states "')


@pytest.mark.parametrize(
    ("files", "lowest", "version", "problem"),
    [
        ({}, 0, None, ""),
        ({".python-version": "3.13.2\n"}, 0, "3.13", ""),
        ({".python-version": "cpython-3.14"}, 0, "3.14", ""),
        ({".python-version": "3.11", "pyproject.toml": '[project]\nrequires-python = ">=3.10"\n'}, 0, "3.11", ""),
        ({"pyproject.toml": '[project]\nrequires-python = ">=3.10"\n'}, 0, "3.10", ""),
        ({"pyproject.toml": '[project]\nrequires-python = ">=3.10"\n'}, 12, "3.12", ""),
        ({"pyproject.toml": '[project]\nrequires-python = ">=3.99"\n'}, 0, None, 'pyproject.toml states "3.99"'),
        ({".python-version": "3.11"}, 12, "3.12", '.python-version:1 states "3.11", which is older than 3.12'),
        ({".python-version": "pypy3.10"}, 0, None, '.python-version:1 states "pypy3.10"'),
        ({".python-version": "3"}, 0, None, '.python-version:1 states "3"'),
        ({".python-version": "3.99", "pyproject.toml": '[project]\nrequires-python = ">=3.13"\n'}, 0, "3.13", "3.99"),
    ],
)
def test_the_version_of_python_is_that_of_the_project(
    tmp_path: Path, files: dict[str, str], lowest: int, version: str | None, problem: str
) -> None:
    stated = python_version(build_tree(tmp_path, files), read_declared(tmp_path), lowest)
    assert stated.version == version
    assert problem in stated.problem
    assert bool(problem) == bool(stated.problem)


def test_a_member_of_a_monorepo_has_the_version_of_its_top_unless_it_states_one(tmp_path: Path) -> None:
    member = tmp_path / "apps/web"
    build_tree(tmp_path, {".git/HEAD": "", ".nvmrc": "20", "apps/web/package.json": "{}"})
    assert node_version(member, read_declared(member)).version == "20"
    build_tree(member, {".nvmrc": "oops"})
    assert node_version(member, read_declared(member)).problem.startswith(".nvmrc:1 ")
    (member / ".nvmrc").unlink()
    build_tree(tmp_path, {".nvmrc": "oops"})
    assert node_version(member, read_declared(member)).problem.startswith("../../.nvmrc:1 ")


NODE_PROJECT = {"package.json": '{"dependencies": {"express": "5.1.0"}}', "server.js": ""}


@pytest.mark.parametrize(
    ("files", "more", "base", "warning"),
    [
        ({**NODE_PROJECT, ".nvmrc": "22.12.0"}, "", "node:22-slim", ""),
        ({**NODE_PROJECT, ".nvmrc": "99"}, "", "node:24-slim", '.nvmrc:1 states "99", which is no released version'),
        (
            {**NODE_PROJECT, ".nvmrc": "99"},
            '[infra.docker]\nbase_image = "node:22-slim"\n',
            "node:22-slim",
            "",
        ),
        ({"requirements.txt": "fastapi\n", "main.py": "", ".python-version": "3.14"}, "", "python:3.14-slim", ""),
    ],
)
def test_the_image_is_built_on_the_stated_version(
    tmp_path: Path, files: dict[str, str], more: str, base: str, warning: str
) -> None:
    manifest = f'[project]\nname = "desk"\n\n[infra]\nappspec = "appspec.json"\n\n{more}'
    project = small_project(tmp_path, manifest, SMALL)
    build_tree(project, files)
    ran = run_here("docker", cwd=project)
    assert ran.status == 0, ran.err
    assert f"_IMAGE={base}\n" in (project / "infra/docker/Dockerfile").read_text()
    assert warning in ran.err
    assert ("states" in ran.err) == bool(warning)


@pytest.mark.parametrize(("driver", "program"), [("claude-cli", True), ("Grok-CLI", True), ("anthropic-api", False)])
def test_a_driver_of_a_persons_machine_is_replaced_in_the_containers(
    tmp_path: Path, driver: str, program: bool
) -> None:
    manifest = (
        '[project]\nname = "desk"\n\n[infra]\nbackends = ["docker"]\nappspec = "appspec.json"\n\n'
        f'[llm]\ndriver = "{driver}"\n'
    )
    project = small_project(tmp_path, manifest, {**SMALL, "llm_intents": [{"name": "ask"}]})
    ran = run_here("docker", cwd=project)
    assert ran.status == 0, ran.err
    assert (f'[llm] driver = "{driver}" (dazzle.toml:9) needs a program' in ran.err) == program
    values = project / "infra/docker/app.env"
    assert (values.exists() and 'DAZZLE_LLM_DRIVER="anthropic-api"\n' in values.read_text()) == program
    assert "ANTHROPIC_API_KEY" in (project / "infra/docker/README.md").read_text()
    said = run_here("explain", "DAZZLE_LLM_DRIVER", cwd=project)
    assert ("needs the program" in said.out) == program
