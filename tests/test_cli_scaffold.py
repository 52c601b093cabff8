"""The first scaffolding, as a person runs it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml

from dazzle_infra.backends.docker.answers import DockerAnswers
from dazzle_infra.backends.terraform.answers import TerraformAnswers
from dazzle_infra.templates import questions_of
from dazzle_infra.templates.fields import releases_of
from tests.support.cli import MANIFEST, SMALL, run_cli, run_here, small_project
from tests.support.exhaustive import exhaustive_except
from tests.support.toml import EXAMPLE
from tests.support.trees import build_tree, read_tree


def generated(project: Path) -> dict[str, bytes]:
    return {path: content for path, content in read_tree(project).items() if path.startswith("infra/")}


def without_secrets(project: Path) -> dict[str, bytes]:
    return {path: content for path, content in generated(project).items() if not path.endswith(".env")}


def test_the_example_of_the_specification_works_as_it_stands(tmp_path: Path) -> None:
    project = small_project(tmp_path, '[project]\nname = "my_app"\n' + EXAMPLE)
    ran = run_cli("all", "--appspec", "appspec.json", cwd=project)
    assert ran.status == 0, ran.err
    warnings = [line for line in ran.err.splitlines() if line.startswith("warning")]
    assert warnings == ["warning: nobody receives the alarms of prod: set alarm_email in [infra.terraform.env.prod]"]
    files = generated(project)
    for name in (
        "Dockerfile",
        "compose.yaml",
        ".dockerignore",
        "Dockerfile.dockerignore",
        "dev.env.example",
        "README.md",
    ):
        assert f"infra/docker/{name}" in files
    for environment in ("dev", "staging", "prod"):
        for name in ("main.tf", "backend.tf", "terraform.tfvars"):
            assert f"infra/terraform/envs/{environment}/{name}" in files
    assert "infra/terraform/modules/app/variables.tf" in files
    assert "infra/terraform/modules/db/main.tf" in files
    assert not any(path.startswith("infra/terraform/modules/queue") for path in files)
    assert "docker compose --project-directory infra/docker up --build --wait" in ran.out
    assert "cd infra/terraform/envs/dev && terraform init -backend=false && terraform validate" in ran.out


@pytest.mark.slow
def test_a_project_without_any_infra_section_works_by_convention(tmp_path: Path) -> None:
    project = small_project(tmp_path, '[project]\nname = "desk"\n')
    ran = run_here("all", "--appspec", "appspec.json", cwd=project)
    assert ran.status == 0, ran.err
    assert sorted(path.name for path in (project / "infra").iterdir()) == ["docker", "terraform"]


def test_the_answers_files_hold_just_the_answers_and_where_they_are_for(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    assert run_here("all", cwd=project).status == 0
    for name, model in (("docker", DockerAnswers), ("terraform", TerraformAnswers)):
        recorded = yaml.safe_load((project / "infra" / name / ".copier-answers.yml").read_text())
        assert recorded.pop("_src_path") == f"git+dazzle-infra://{name}"
        assert recorded.pop("_commit").startswith("v")
        # The sources of a template may ask more than its newest release.
        asked = questions_of([*releases_of(name).values()][-1])
        assert list(recorded) == [field for field in model.model_fields if field in asked]
        model.model_validate(recorded)


@pytest.mark.slow
def test_the_same_model_renders_the_same_bytes_anywhere(tmp_path: Path) -> None:
    trees = []
    for name in ("one", "a folder with spaces"):
        project = small_project(tmp_path / name)
        assert run_cli("all", cwd=project, environment={"LANG": "tr_TR.UTF-8", "TZ": "Asia/Tokyo"}).status == 0
        trees.append(without_secrets(project))
    assert trees[0] == trees[1]


@pytest.mark.parametrize(("command", "other"), [("docker", "terraform"), ("terraform", "docker")])
def test_an_explicit_backend_runs_alone_whatever_the_list_says(tmp_path: Path, command: str, other: str) -> None:
    project = small_project(tmp_path, MANIFEST + f"backends = ['{other}']\n")
    assert run_here(command, cwd=project).status == 0
    assert [path.name for path in (project / "infra").iterdir()] == [command]


def test_all_takes_the_backends_of_the_manifest(tmp_path: Path) -> None:
    project = small_project(tmp_path, MANIFEST + "backends = ['docker']\n")
    assert run_here("all", cwd=project).status == 0
    assert [path.name for path in (project / "infra").iterdir()] == ["docker"]


def test_a_dry_run_writes_nothing_and_reports_the_same(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    before = read_tree(project)
    told = run_here("all", "--dry-run", "--json", cwd=project).json
    assert read_tree(project) == before
    assert not (project / ".dazzle-infra").exists()
    assert run_here("all", "--json", cwd=project).json == told


def test_json_describes_what_was_made(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    ran = run_here("all", "--json", cwd=project)
    document = ran.json
    assert (document["schema_version"], document["ok"]) == (1, True)
    assert ran.err.startswith("warning: nobody receives the alarms of prod")
    assert ran.err.count("\n") == 1
    assert sorted(document) == ["backends", "ok", "schema_version"]
    docker, terraform = document["backends"]
    lists = ["git_ignores", "git_includes", "ignored", "keeps", "missing"]
    assert sorted(docker) == sorted(["directory", "files", "hooks", "name", "next_steps", "template", *lists])
    assert docker["template"]["source"] == "git+dazzle-infra://docker"
    made = {f"{one['directory']}/{file['path']}" for one in (docker, terraform) for file in one["files"]}
    assert made == set(generated(project))
    assert {file["class"] for one in (docker, terraform) for file in one["files"]} == {"added"}


@pytest.mark.slow
def test_quiet_prints_nothing_and_verbose_says_what_is_not_needed(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    quiet = run_here("docker", "--quiet", cwd=project)
    assert (quiet.status, quiet.out, quiet.err) == (0, "", "")
    verbose = run_here("terraform", "--verbose", cwd=project)
    assert "no field of kind file" in verbose.out


def test_what_exists_is_never_overwritten(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    assert run_here("docker", cwd=project).status == 0
    edited = project / "infra/docker/compose.yaml"
    edited.write_text(edited.read_text() + "# mine\n")
    before = generated(project)

    again = run_here("docker", cwd=project)
    assert (again.status, again.out) == (5, "")
    assert "infra/docker exists already" in again.err
    assert "dazzle-infra update" in again.err
    assert generated(project) == before

    both = run_here("all", cwd=project)
    assert both.status == 0
    assert "dazzle-infra update docker" in both.out
    after = generated(project)
    assert {path: after[path] for path in before} == before
    assert "infra/terraform/README.md" in after


def test_a_secret_that_is_missing_is_made_and_every_line_that_is_there_stays(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    assert run_here("docker", cwd=project).status == 0
    secrets = project / "infra/docker/.env"
    assert secrets.stat().st_mode & 0o777 == 0o600
    lines = secrets.read_text().splitlines()
    kept = [line for line in lines if not line.startswith("JWT_SECRET=")]
    secrets.write_text("\n".join([*kept, "MINE='it''s mine'"]))

    ran = run_here("docker", "--json", cwd=project)
    assert ran.status == 0
    assert ran.json["backends"][0]["files"] == [{"path": ".env", "class": "updated"}]
    found = secrets.read_text().splitlines()
    assert found[:-1] == [*kept, "MINE='it''s mine'"]
    assert found[-1].startswith("JWT_SECRET=")
    assert len(found[-1]) == len("JWT_SECRET=") + 64

    secrets.unlink()
    assert run_here("all", cwd=project).status == 0
    assert sorted(line.split("=")[0] for line in secrets.read_text().splitlines() if "=" in line) == sorted(
        line.split("=")[0] for line in lines if "=" in line
    )


def test_no_secret_is_printed_or_rendered(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    ran = run_here("all", "--verbose", cwd=project)
    values = [line.split("=")[1] for line in (project / "infra/docker/.env").read_text().splitlines() if "=" in line]
    assert len(values) == len(set(values)) >= 4
    for value in values:
        assert value not in ran.out + ran.err
        assert all(value.encode() not in content for content in without_secrets(project).values())


def test_when_one_backend_fails_the_other_is_not_made_either(tmp_path: Path) -> None:
    project = build_tree(small_project(tmp_path), {"infra/terraform/README.md": "mine\n"})
    before = read_tree(project)
    ran = run_here("all", cwd=project)
    assert ran.status == 5
    assert read_tree(project) == before


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Run all in a project, and return its files."""
    project = small_project(tmp_path_factory.mktemp("complete"))
    assert run_here("all", cwd=project).status == 0
    return without_secrets(project)


@pytest.mark.slow
@pytest.mark.parametrize("step", exhaustive_except(range(4, 24), range(4, 24, 3)))
def test_a_run_that_is_killed_leaves_all_or_nothing_after_the_next(
    tmp_path: Path, complete: dict[str, bytes], step: int
) -> None:
    project = small_project(tmp_path)
    process = subprocess.Popen(
        [sys.executable, "-c", "from dazzle_infra.cli import main; main()", "all", "-q"],
        cwd=project,
        start_new_session=True,
    )
    time.sleep(0.05 * step)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    assert run_here("all", cwd=project).status in (0, 5)
    assert without_secrets(project) == complete


def test_an_application_with_hostile_words_is_rendered_as_it_is(tmp_path: Path) -> None:
    title = "{{ 7 * 7 }} ${HOME} %{ if } \" ' \\ # : <b> ünïcode"
    project = small_project(tmp_path, appspec={**SMALL, "title": title})
    ran = run_here("all", cwd=project)
    assert ran.status == 0, ran.err
    for name in ("docker", "terraform"):
        recorded = yaml.safe_load((project / "infra" / name / ".copier-answers.yml").read_text())
        assert recorded["app_title"] == title
        assert "49" not in (project / "infra" / name / "README.md").read_text().splitlines()[0]


@pytest.mark.slow
@pytest.mark.parametrize("variable", ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"])
def test_a_variable_that_a_git_hook_sets_changes_nothing(tmp_path: Path, variable: str) -> None:
    project = small_project(tmp_path / "p")
    subprocess.run(["git", "init", "-q", str(tmp_path / "host")], check=True)
    value = {"GIT_DIR": ".git", "GIT_INDEX_FILE": ".git/index", "GIT_WORK_TREE": "."}[variable]
    before = read_tree(tmp_path / "host/.git")
    ran = run_here("all", cwd=project, environment={variable: str(tmp_path / "host" / value)})
    assert ran.status == 0, ran.err
    assert read_tree(tmp_path / "host/.git") == before


@pytest.mark.slow
def test_no_usable_home_is_no_obstacle(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    nowhere = {"HOME": "/nonexistent", "XDG_CACHE_HOME": "/nonexistent", "DAZZLE_INFRA_CACHE_DIR": "/proc/nonexistent"}
    assert run_here("all", cwd=project, environment=nowhere).status == 0


def test_a_template_of_ones_own_is_used_and_recorded(tmp_path: Path) -> None:
    fork = tmp_path / "fork"
    subprocess.run(["git", "clone", "-q", "dazzle-infra://docker", str(fork)], check=True)
    (fork / "template/HOUSE.md").write_text("House style.\n")
    (fork / "copier.yml").write_text((fork / "copier.yml").read_text() + "\nteam:\n  type: str\n  default: nobody\n")
    commands = (["add", "-A"], ["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "house"])
    for command in (*commands, ["tag", "v1.0.0+acme.1"]):
        subprocess.run(["git", "-C", str(fork), *command], check=True)
    manifest = (
        MANIFEST + f"[infra.docker]\ntemplate = '{fork}'\nref = 'v1.0.0+acme.1'\nanswers = {{ team = 'infra' }}\n"
    )
    project = small_project(tmp_path / "p", manifest)
    ran = run_here("docker", cwd=project)
    assert ran.status == 0, ran.err
    recorded = yaml.safe_load((project / "infra/docker/.copier-answers.yml").read_text())
    assert (recorded["_commit"], recorded["team"]) == ("v1.0.0+acme.1", "infra")
    assert (project / "infra/docker/HOUSE.md").read_text() == "House style.\n"


@pytest.mark.parametrize(
    ("table", "status", "message"),
    [
        ("template = 'no-such-folder'", 5, "is not a folder"),
        ("ref = 'v9.9.9'", 2, "has no version 'v9.9.9'"),
        ("answers = { teem = 'x' }", 2, "has no such question"),
        ("answers = { app_name = 'x' }", 2, "is computed from the model"),
    ],
)
def test_a_template_that_cannot_be_used_is_named(tmp_path: Path, table: str, status: int, message: str) -> None:
    project = small_project(tmp_path, MANIFEST + f"[infra.docker]\n{table}\n")
    before = read_tree(project)
    ran = run_here("docker", cwd=project)
    assert ran.status == status, ran.err
    assert message in ran.err
    assert read_tree(project) == before


@pytest.mark.slow
def test_the_model_is_read_from_standard_input(tmp_path: Path) -> None:
    project = small_project(tmp_path, '[project]\nname = "desk"\n')
    ran = run_here("all", "--appspec", "-", cwd=project, data=json.dumps(SMALL).encode())
    assert ran.status == 0, ran.err
