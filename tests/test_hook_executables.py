"""Executables of the project as hooks: when they run, what they read and print, and what is refused."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.cli import MANIFEST, run_here, small_project
from tests.support.trees import read_tree

PATH = "./tools/after-infra"
ECHO = """\
import json, pathlib, sys
context = json.load(sys.stdin)
pathlib.Path("context.json").write_text(json.dumps(context))
json.dump({"display_to_user": [f"rolled out {context['backend']}"], "next_steps": ["make rollout"]}, sys.stdout)
"""


def script(text: str) -> str:
    return f"#!{sys.executable}\n{text}"


def project_with(folder: Path, text: str = ECHO, key: str = "post_build", more: str = "") -> Path:
    project = small_project(folder, MANIFEST + f'\n[infra.hooks]\n{key} = ["{PATH}"]\n{more}')
    (project / "tools").mkdir()
    tool = project / PATH
    tool.write_text(script(text))
    tool.chmod(0o755)
    return project


def digest(project: Path) -> str:
    return hashlib.sha256((project / PATH).read_bytes()).hexdigest()


@pytest.fixture(autouse=True)
def _state(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))


def test_it_does_not_run_until_its_content_is_allowed(tmp_path: Path) -> None:
    project = project_with(tmp_path)
    ran = run_here("docker", cwd=project)
    assert ran.status == 0
    remark = f"docker: hook {PATH} was skipped: its content has not been allowed on this machine; read it, then run"
    assert f'{remark} "dazzle-infra hooks allow {PATH}"\n' in ran.err
    assert not (project / "context.json").exists()
    assert run_here("hooks", "allow", PATH, cwd=project).out == f"allowed: {PATH}   sha256 {digest(project)}\n"
    ran = run_here("terraform", cwd=project)
    assert ran.status == 0, ran.err
    assert "skipped" not in ran.err
    assert f"  {PATH}   rolled out terraform\n" in ran.out
    assert "make rollout\n" in ran.out
    context = json.loads((project / "context.json").read_text())
    assert (context["phase"], context["application"], context["final_directory"]) == (
        "after",
        "desk",
        "infra/terraform",
    )
    assert "envs/dev/main.tf" in context["files"]
    assert context["appspec"]["name"] == "desk"
    assert context["workload"]["services"][0]["name"] == "web"
    assert context["workload"]["needs"] == ["database"]
    assert {"name": "database", "needed": True} in [
        {key: one[key] for key in ("name", "needed")} for one in context["requirements"]
    ]


def test_it_is_skipped_again_after_an_edit(tmp_path: Path) -> None:
    project = project_with(tmp_path)
    assert run_here("hooks", "allow", cwd=project).status == 0
    (project / PATH).write_text(script("print('{}')\n"))
    assert f"hook {PATH} was skipped" in run_here("docker", cwd=project).err


def test_a_variable_allows_a_digest_on_machines_without_a_person(tmp_path: Path) -> None:
    project = project_with(tmp_path)
    environment = {"DAZZLE_INFRA_ALLOW_HOOKS": f"{'0' * 64}, {digest(project)}"}
    assert "rolled out docker" in run_here("docker", cwd=project, environment=environment).out
    ran = run_here("update", cwd=project, environment={"DAZZLE_INFRA_ALLOW_HOOKS": "1"})
    assert ran.status == 2
    assert "DAZZLE_INFRA_ALLOW_HOOKS must contain SHA-256 digests, separated by commas" in ran.err


def as_link(project: Path) -> None:
    (project / PATH).rename(project / "tool")
    (project / PATH).symlink_to("../tool")


def in_linked_folder(project: Path) -> None:
    (project / "tools").rename(project / "elsewhere")
    (project / "tools").symlink_to("elsewhere")


def without_permission(project: Path) -> None:
    (project / PATH).chmod(0o644)


def missing(project: Path) -> None:
    (project / PATH).unlink()


def as_folder(project: Path) -> None:
    (project / PATH).unlink()
    (project / PATH).mkdir()


@pytest.mark.parametrize(
    ("spoil", "problem"),
    [
        (as_link, "is a symbolic link"),
        (in_linked_folder, "is in a folder that is a symbolic link"),
        (without_permission, "is not executable"),
        (missing, "does not exist"),
        (as_folder, "is not a file"),
    ],
)
@pytest.mark.parametrize("command", [("docker",), ("hooks", "allow")])
def test_what_cannot_run_is_refused_before_anything_is_written(
    tmp_path: Path, spoil: Callable[[Path], None], problem: str, command: tuple[str, ...]
) -> None:
    project = project_with(tmp_path)
    spoil(project)
    before = read_tree(project)
    ran = run_here(*command, "--json", cwd=project)
    assert (ran.status, ran.json["message"]) == (5, f"hook {PATH} {problem}")
    assert ran.json["where"]["file"] == "dazzle.toml"
    assert read_tree(project) == before


FAILURES = {
    "print('hello')": (1, "printed text that is not JSON"),
    "": (1, "printed nothing; the result is a JSON object, {} for success"),
    "print('[1]')": (1, "printed a result that is not valid"),
    "print('{\"files\": 1}')": (1, "printed a result that is not valid: files"),
    "import sys; sys.exit('no network')": (1, "exited with 1: no network"),
    "import time; time.sleep(60)": (1, "exceeded its time limit"),
    "print('x' * 100_000_000)": (1, "printed more than 1 MB"),
    'print(\'{"success": false, "message": "not today, hunter2-hunter2"}\')': (5, "not today, ****"),
    'print(\'{"writes": [{"path": "../x", "content": ""}]}\')': (1, "returned a file outside infra/docker"),
    'print(\'{"writes": [{"path": "README.md", "content": ""}]}\')': (1, "is a file of the template"),
}


@pytest.mark.parametrize("text", FAILURES)
def test_a_failure_before_writing_ends_the_run(tmp_path: Path, text: str) -> None:
    project = project_with(tmp_path, text, "pre_build", f'[infra.hooks."{PATH}"]\nseconds = 2\n')
    run_here("hooks", "allow", cwd=project)
    before = read_tree(project)
    # A variable that the model calls secret.
    ran = run_here("docker", "--json", cwd=project, environment={"DAZZLE_SECRET_KEY": "hunter2-hunter2"})
    status, message = FAILURES[text]
    assert ran.status == status
    assert message in ran.json["message"]
    assert "hunter2" not in ran.out + ran.err
    assert ran.json["where"] == {"file": "dazzle.toml", "line": 8, "key": "[infra.hooks] pre_build"}
    assert read_tree(project) == before


@pytest.mark.parametrize(("policy", "status"), [("fail", 1), ("warn", 0)])
def test_a_failure_after_writing_keeps_the_files(tmp_path: Path, policy: str, status: int) -> None:
    text = "import os, pathlib, sys; sys.exit(pathlib.Path('infra/docker/.env').read_text().splitlines()[-1])"
    project = project_with(tmp_path, text, more=f'[infra.hooks."{PATH}"]\non_failure = "{policy}"\n')
    run_here("hooks", "allow", cwd=project)
    ran = run_here("docker", cwd=project)
    start = "error" if status else "warning"
    assert ran.status == status
    # The line is one of `.env`, whose value is a secret.
    assert f"{start}: docker: hook {PATH} exited with 1: " in ran.err
    assert "****" in ran.err
    assert (project / "infra/docker/compose.yaml").is_file()


def test_files_that_it_returns_are_written_with_the_others(tmp_path: Path) -> None:
    text = 'print(\'{"writes": [{"path": "extra/run.sh", "content": "#!/bin/sh\\\\n", "executable": true}]}\')'
    project = project_with(tmp_path, text, "pre_build")
    run_here("hooks", "allow", cwd=project)
    ran = run_here("docker", "--json", cwd=project)
    assert {"path": "extra/run.sh", "class": "added"} in ran.json["backends"][0]["files"]
    assert (project / "infra/docker/extra/run.sh").stat().st_mode & 0o111


def test_artifacts_of_an_executable_reach_the_next(tmp_path: Path) -> None:
    project = project_with(tmp_path, 'print(\'{"artifacts": {"ticket": 7}}\')', "pre_build")
    manifest = project / "dazzle.toml"
    manifest.write_text(manifest.read_text() + 'post_build = ["./tools/next"]\n')
    (project / "tools/next").write_text(script(ECHO))
    (project / "tools/next").chmod(0o755)
    run_here("hooks", "allow", cwd=project)
    assert run_here("docker", cwd=project).status == 0
    assert json.loads((project / "context.json").read_text())["artifacts"] == {PATH: {"ticket": 7}}


def test_the_list_names_order_phase_origin_and_state(tmp_path: Path) -> None:
    project = project_with(tmp_path, more='skip = ["git_view"]\n')
    ran = run_here("hooks", cwd=project)
    assert ran.status == 0, ran.err
    text = ran.out
    assert " 1  output_writable " in text
    assert 'not allowed: its content has not been allowed on this machine; read it, then run "dazzle-infra' in text
    hooks = {one["name"]: one for one in run_here("hooks", "--json", cwd=project).json["backends"][0]["hooks"]}
    assert list(hooks)[:2] == ["output_writable", "tool_versions"]
    assert hooks[PATH]["sha256"] == digest(project)
    assert (hooks[PATH]["state"], hooks[PATH]["origin"], hooks[PATH]["phases"]) == (
        "not allowed",
        "this project",
        ["after"],
    )
    assert (hooks["git_view"]["state"], hooks["git_view"]["origin"]) == ("skipped", "dazzle-infra")


def test_only_executables_that_dazzle_toml_names_can_be_allowed(tmp_path: Path) -> None:
    project = project_with(tmp_path)
    assert "[infra.hooks] does not name other" in run_here("hooks", "allow", "other", cwd=project).err
    ran = run_here("hooks", "allow", cwd=small_project(tmp_path / "plain"))
    assert (ran.status, "[infra.hooks] names no executable" in ran.err) == (2, True)


def test_the_project_can_be_named_before_and_after_allow(tmp_path: Path) -> None:
    project = project_with(tmp_path / "p")
    assert run_here("hooks", "-C", str(project), "allow", cwd=tmp_path).status == 0
    assert run_here("hooks", "allow", "-C", str(project), cwd=tmp_path).status == 0
    assert "was skipped" not in run_here("-C", str(project), "docker", cwd=tmp_path).err
