"""The folder where the command runs: finding the project, and commands to paste that start from there."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.cli import MANIFEST, run_here, small_project
from tests.support.trees import build_tree, read_tree


def test_dazzle_toml_is_found_from_a_subfolder_and_named(tmp_path: Path) -> None:
    project = small_project(tmp_path / "desk")
    below = project / "docs/notes"
    below.mkdir(parents=True)
    ran = run_here("docker", cwd=below)
    assert ran.status == 0, ran.err
    assert f"using dazzle.toml in {project}" in ran.err
    assert (project / "infra/docker/compose.yaml").exists()
    assert list(below.iterdir()) == []
    assert run_here("status", "-C", "docs", cwd=project).status == 0
    for command in ("config", "check", "status", "undo"):
        assert f"using dazzle.toml in {project}" in run_here(command, cwd=below).err
    assert run_here("check", cwd=project).err == ""


def test_the_search_ends_at_the_top_of_the_git_repository(tmp_path: Path) -> None:
    small_project(tmp_path)
    inner = tmp_path / "library"
    build_tree(inner, {"src/a.py": ""})
    subprocess.run(["git", "init", "--quiet", str(inner)], check=True)
    ran = run_here("all", cwd=inner / "src")
    assert (ran.status, ran.out) == (5, "")
    assert f"no dazzle.toml in {inner / 'src'} or in a folder above it" in ran.err


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file to another user")
def test_a_dazzle_toml_above_that_belongs_to_another_user_is_refused(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    os.chown(project / "dazzle.toml", 12345, -1)
    below = project / "mine"
    below.mkdir()
    ran = run_here("explain", cwd=below)
    assert (ran.status, ran.out) == (5, "")
    assert "belongs to another user" in ran.err
    assert f"-C {project}" in ran.err
    assert run_here("explain", "-C", str(project), cwd=below).status == 0


@pytest.mark.parametrize("arguments", [("-C", "desk", "docker"), ("docker", "-C", "desk")])
def test_the_project_may_be_named_before_or_after_the_command(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    project = small_project(tmp_path / "desk")
    assert run_here(*arguments, cwd=tmp_path).status == 0
    assert (project / "infra/docker").is_dir()


def test_the_project_is_not_named_twice(tmp_path: Path) -> None:
    ran = run_here("-C", "one", "all", "-C", "two", cwd=tmp_path)
    assert (ran.status, ran.out) == (2, "")
    assert "-C is given both before and after the command" in ran.err


@pytest.mark.parametrize("command", ["config", "all", "status", "undo", "explain"])
def test_a_project_that_does_not_exist_is_a_precondition(tmp_path: Path, command: str) -> None:
    ran = run_here(command, "-C", "nope", cwd=tmp_path)
    assert (ran.status, ran.out) == (5, "")
    assert "nope does not exist" in ran.err


def test_next_commands_work_where_they_are_pasted(tmp_path: Path) -> None:
    project = small_project(tmp_path / "my desk")
    steps = run_here("all", "-C", "my desk", "--json", cwd=tmp_path).json["backends"]
    [compose], [terraform] = (one["next_steps"] for one in steps)
    folder = shlex.split(compose)[shlex.split(compose).index("--project-directory") + 1]
    assert (tmp_path / folder / "compose.yaml").is_file()
    pasted = terraform.replace("terraform init -backend=false && terraform validate", "ls main.tf")
    assert subprocess.run(["sh", "-c", pasted], cwd=tmp_path, check=False).returncode == 0
    (project / "infra/docker/.env").unlink()
    below = project / "dsl"
    assert "--project-directory ../infra/docker up" in run_here("docker", cwd=below).out
    shutil.rmtree(project / "infra/terraform")
    assert "dazzle-infra update -C 'my desk' docker" in run_here("all", "-C", "my desk", cwd=tmp_path).out
    assert "dazzle-infra update -C 'my desk'" in run_here("docker", "-C", "my desk", cwd=tmp_path).err


def test_conflicts_and_plans_end_in_commands_for_this_folder(tmp_path: Path) -> None:
    project = small_project(tmp_path / "desk")
    assert run_here("docker", "-q", cwd=project).status == 0
    manifest = project / "dazzle.toml"
    manifest.write_text(manifest.read_text() + "\n[infra.docker]\nimage_name = 'other'\n")
    assert "To apply:     dazzle-infra update -C desk\n" in run_here("plan", "-C", "desk", cwd=tmp_path).out
    assert 'run "dazzle-infra undo -C desk" to revert' in run_here("update", "-C", "desk", cwd=tmp_path).out


@pytest.mark.parametrize(("prog", "other"), [("dazzle infra", "dazzle-infra "), ("dazzle-infra", "dazzle infra ")])
def test_printed_commands_name_the_program_as_it_was_called(tmp_path: Path, prog: str, other: str) -> None:
    project = small_project(tmp_path / "desk")
    ran = [run_here(*words, cwd=project, prog=prog) for words in (["docker"], ["docker"], ["-h"])]
    assert f"{prog} update" in ran[1].err
    assert f"Example: {prog} all" in ran[2].out
    (project / "infra/docker/.copier-answers.yml").unlink()
    ran += [run_here(*words, cwd=project, prog=prog) for words in (["update", "--json"], ["plan"], ["update", "-h"])]
    assert f"{prog} update --repair" in ran[3].json["hint"]
    assert f"{prog} update --repair" in ran[4].err
    assert f"Example: {prog} update docker" in ran[5].out
    assert not [one for one in ran if other in one.out + one.err]


@pytest.mark.slow
def test_the_demo_ends_in_commands_that_work_when_they_are_pasted(tmp_path: Path) -> None:
    tools = Path(sys.executable).parent
    if not (tools / "dazzle").exists() or shutil.which("make") is None:
        pytest.skip("make, or the command `dazzle` of dazzle-infra-standalone, is not installed")
    root = Path(__file__).parents[1]
    command = ["make", "-s", "-o", ".venv/.installed", "demo", f"DEMO={os.path.relpath(tmp_path / 'demo', root)}"]
    done = subprocess.run([*command, f"BIN={tools}"], cwd=root, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("Next"))
    compose, terraform = (line[7:] for line in lines[at : at + 2])
    assert (root / shlex.split(compose)[3] / "compose.yaml").is_file()
    more = [line[7:] for line in lines[-2:]]
    for pasted in (terraform.replace("terraform init -backend=false && terraform validate", "ls main.tf"), *more):
        assert subprocess.run(["sh", "-c", pasted], cwd=root, capture_output=True, check=False).returncode == 0, pasted


def test_a_dry_run_prints_no_next_commands(tmp_path: Path) -> None:
    ran = run_here("docker", "--dry-run", cwd=small_project(tmp_path))
    assert ran.out.endswith("nothing was written (--dry-run)\n")
    assert "Next" not in ran.out


def test_tools_that_the_next_commands_need_and_that_are_missing_are_named(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("git", "python", "sh"):
        found = next((Path(one) / name for one in os.environ["PATH"].split(":") if (Path(one) / name).exists()), None)
        if found is not None:
            (tools / name).symlink_to(found)
    project = small_project(tmp_path / "p")
    ran = run_here("all", cwd=project, environment={"PATH": str(tools)})
    assert ran.status == 0, ran.err
    missing = [line for line in ran.out.splitlines() if line.startswith("Missing")]
    assert [line.split()[1] for line in missing] == ["docker", "terraform"]


def test_a_path_that_the_image_copies_and_that_does_not_exist_is_warned_of(tmp_path: Path) -> None:
    project = small_project(tmp_path / "p", MANIFEST + "\n[infra.docker]\ncopy = ['dsl', 'assets']\n")
    ran = run_here("all", cwd=project)
    assert ran.status == 0
    [warning] = [line for line in ran.err.splitlines() if line.startswith("warning: assets")]
    assert "assets does not exist" in warning
    assert "dazzle.toml:8" in warning
    bare = small_project(tmp_path / "bare", MANIFEST)
    (bare / "dsl").rmdir()
    assert "warning: dsl does not exist" in run_here("docker", cwd=bare).err


def test_the_version_of_the_project_is_the_version_that_is_shown(tmp_path: Path) -> None:
    manifest = MANIFEST.replace('name = "desk"\n', 'name = "desk"\nversion = "4.5.6"\n')
    project = small_project(tmp_path / "p", manifest)
    assert run_here("explain", cwd=project).out.startswith("Ticket Desk 4.5.6\n")
    assert run_here("explain", "--json", cwd=project).json["application"]["version"] == "4.5.6"
    assert run_here("docker", "-n", cwd=project).out.startswith("Ticket Desk 4.5.6 ")
    assert run_here("explain", cwd=small_project(tmp_path / "q")).out.startswith("Ticket Desk 1.2.0\n")


def test_explain_shows_the_needs_that_are_named_alone(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    ran = run_here("explain", "storage", "mail", cwd=project)
    assert [line.split()[0] for line in ran.out.splitlines()[2:]] == ["mail", "storage"]
    told = run_here("explain", "storage", "--json", cwd=project).json
    assert [one["name"] for one in told["requirements"]] == ["storage"]
    wrong = run_here("explain", "storrage", cwd=project)
    assert (wrong.status, wrong.out) == (2, "")
    assert "did you mean storage?" in wrong.err


def test_status_works_where_the_model_cannot_be_read(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    assert run_here("docker", "-q", cwd=project).status == 0
    (project / "appspec.json").write_text("{broken")
    (project / "infra/docker/README.md").unlink()
    before = read_tree(project)
    ran = run_here("status", cwd=project)
    assert (ran.status, ran.err) == (0, "")
    assert "  deleted       infra/docker/README.md" in ran.out
    told = run_here("status", "--json", cwd=project).json
    assert told["backends"][0]["edited"] == [{"path": "README.md", "state": "deleted", "to": None}]
    assert (told["ok"], told["conflicts"]) == (True, [])
    assert read_tree(project) == before


@pytest.mark.parametrize(
    ("backends", "plan", "update"),
    [("", 1, 0), ("backends = ['docker']\n", 0, 0), ("backends = ['docker', 'terraform']\n", 1, 1)],
)
def test_a_backend_without_files_is_mentioned_to_whoever_asks_for_it(
    tmp_path: Path, backends: str, plan: int, update: int
) -> None:
    project = small_project(tmp_path, MANIFEST + backends)
    assert run_here("docker", "-q", cwd=project).status == 0
    mention = "terraform: not generated yet; run dazzle-infra terraform"
    assert run_here("plan", cwd=project).err.count(mention) == plan
    assert run_here("update", cwd=project).err.count(mention) == update
    assert mention not in run_here("check", cwd=project).err


@pytest.mark.parametrize("arguments", [("plan", "--to", "v9.9.9"), ("update", "--to", "^9"), ("check",)])
def test_a_version_that_does_not_exist_is_wrong_usage(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    project = small_project(tmp_path)
    assert run_here("docker", "-q", cwd=project).status == 0
    if arguments == ("check",):
        manifest = project / "dazzle.toml"
        manifest.write_text(manifest.read_text() + "\n[infra.docker]\nref = 'v9.9.9'\n")
    before = read_tree(project)
    ran = run_here(*arguments, cwd=project)
    assert (ran.status, ran.out) == (2, "")
    assert "its newest versions: " in ran.err
    assert read_tree(project) == before
    assert run_here("template", "show", "docker", "--version", "v9", cwd=project).status == 2


def test_doctor_fails_where_git_is_missing_or_too_old(tmp_path: Path) -> None:
    tools = build_tree(tmp_path / "bin", {})
    ran = run_here("doctor", cwd=tmp_path, environment={"PATH": str(tools)})
    assert ran.status == 5
    assert any(line.split()[:3] == ["error", "git", "missing"] for line in ran.out.splitlines())
    build_tree(tools, {"git": "#!/bin/sh\necho git version 2.30.0\n"})
    (tools / "git").chmod(0o755)
    told = run_here("doctor", "--json", cwd=tmp_path, environment={"PATH": str(tools)})
    assert (told.status, told.json["ok"]) == (5, False)
