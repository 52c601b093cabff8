"""Files of version 1 of the Terraform template after an update to version 2: each edit is kept or named."""

from __future__ import annotations

import json
import os
import shutil
import sys
from functools import cache
from pathlib import Path

import pytest
import yaml

from dazzle_infra.templates.embedded import embedded_repository
from dazzle_infra.templates.renamed_files import successor_of
from tests.support.cli import Ran, run_cli, run_here
from tests.support.releases import git, shared_folder
from tests.support.terraform import local_state
from tests.support.terraform_template import IMAGE, TEMPLATE
from tests.support.trees import build_tree

TREE = "infra/terraform"
PLAN = ("plan", "-input=false", "-no-color", "-lock=false")
MODEL = {
    "name": "desk",
    "title": "Desk",
    "domain": {"entities": [{"name": "Invoice", "fields": [{"name": "scan", "type": {"kind": "file"}}]}]},
    "channels": [{"name": "letters", "kind": "email"}],
}
NEEDS = "".join(
    f'\n[infra.overrides.{need}]\nneeded = true\nreason = "a test"\n' for need in ("cache", "queue", "worker")
)
EDITS = {
    "application.tf": ("var.app_size", '"large"', "modules/stack/application.tf"),
    "cache.tf": ("var.cache_size", '"large"', "modules/stack/cache.tf"),
    "database.tf": ("var.database_size", '"large"', "modules/stack/database.tf"),
    "mail.tf": ("var.dns_zone", '"example.com"', "modules/stack/mail.tf"),
    "model.tf": ('"/health"', '"/up"', "modules/stack/model.tf"),
    "observability.tf": ("var.alarm_email", '"me@example.com"', "modules/stack/observability.tf"),
    "queue.tf": ("module.encryption.key", '"another"', "modules/stack/queue.tf"),
    "secrets.tf": ("generated_secrets = [", 'generated_secrets = ["OWN", ', "modules/stack/secrets.tf"),
    "storage.tf": ("module.ingress.url", '"https://example.com"', "modules/stack/storage.tf"),
    "variables_cache.tf": ('"small"\n', '"large"\n', "envs/dev/variables_app.tf"),
    "variables_database.tf": ("= 100\n", "= 200\n", "envs/dev/variables_app.tf"),
    "variables_network.tf": ('"single"\n', '"per_zone"\n', "envs/dev/variables.tf"),
    "variables_worker.tf": ("= 1\n", "= 2\n", "envs/dev/variables_app.tf"),
}
"""An edit in each file of an environment that version 2 does not have, and the file that the edit belongs to."""


def manifest(names: list[str], more: str) -> str:
    return (
        '[project]\nname = "desk"\n\n[infra]\nappspec = "appspec.json"\nbackends = ["terraform"]\n'
        f"\n[infra.terraform]\nenvironments = {json.dumps(names)}\n{more}{NEEDS}"
    )


@cache
def history() -> Path:
    """Return a repository with the releases of the template, and the sources as the newest."""
    folder = shared_folder() / "upgrade-template"
    git(folder.parent, "clone", "--quiet", str(embedded_repository("terraform")), str(folder))
    git(folder, "checkout", "--quiet", "v1.2.1")
    for path in folder.iterdir():
        if path.name != ".git":
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(TEMPLATE, folder, dirs_exist_ok=True)
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "sources")
    git(folder, "tag", "v2.99.0")
    return folder


@cache
def made_by_version_1(*names: str) -> Path:
    """Return a project whose files 1.2.1 generated, made once in a test session."""
    project = shared_folder() / "-".join(("upgrade", *names))
    text = manifest([*names], f'template = "{history()}"\nref = "v1.2.1"\n')
    build_tree(project, {"dazzle.toml": text, "appspec.json": json.dumps(MODEL)})
    assert run_here("terraform", cwd=project).status == 0
    return project


def project_of(folder: Path, *names: str) -> Path:
    """Copy a project of version 1 that is to be updated to version 2, in a repository."""
    shutil.copytree(made_by_version_1(*names), folder)
    (folder / "dazzle.toml").write_text(manifest([*names], f'template = "{history()}"\n'))
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "made")
    return folder


def edit(project: Path, path: str, old: str, new: str) -> None:
    file = project / TREE / path
    text = file.read_text()
    assert text.count(old) >= 1, path
    file.write_text(text.replace(old, new, 1))


def files(ran: Ran) -> dict[str, tuple[str, str | None]]:
    [shown] = ran.json["backends"]
    return {file["path"]: (file["class"], file["replaced_by"]) for file in shown["files"]}


def test_each_edit_in_a_file_that_is_replaced_is_shown_with_the_file_that_it_belongs_to(tmp_path: Path) -> None:
    project = project_of(tmp_path / "desk", "dev", "prod")
    for name, (old, new, _) in EDITS.items():
        edit(project, f"envs/dev/{name}", old, new)
    edit(project, "envs/dev/terraform.tfvars", 'app_size = "small"', 'app_size = "medium"')
    found = files(run_here("plan", "terraform", "--json", cwd=project))
    assert {path for path in found if path.startswith("envs/dev") and found[path][0] == "kept-edited"} == {
        f"envs/dev/{name}" for name in EDITS
    }
    assert {path: found[f"envs/dev/{path}"][1] for path in EDITS} == {name: to for name, (*_, to) in EDITS.items()}
    # Later releases may add values.
    assert found.get("envs/dev/terraform.tfvars", ("merged", None)) == ("merged", None)
    assert not [path for path, (kind, _) in found.items() if kind == "moved"]
    ran = run_here("update", "terraform", cwd=project)
    assert ran.status == 4
    for _, new, to in EDITS.values():
        assert f"move the edit to {TREE}/{to}, then delete the file:" in ran.out
        assert [line for line in ran.out.splitlines() if line.lstrip().startswith("+") and new.strip() in line], new
    assert 'app_size = "medium"' in (project / TREE / "envs/dev/terraform.tfvars").read_text()
    left = {path.name for path in (project / TREE / "envs/prod").glob("*.tf")}
    assert not left & set(EDITS)
    # The name that the edit of secrets.tf adds is not in the stack.
    assert not [line for line in ran.out.splitlines() if "destroys" in line and '["OWN"]' not in line]
    assert "module.network → module.stack.module.network (" in ran.out


def test_an_edited_call_of_the_modules_is_a_conflict(tmp_path: Path) -> None:
    project = project_of(tmp_path / "desk", "dev", "prod")
    edit(project, "envs/dev/main.tf", "= var.zone_count", "= 3")
    found = files(run_here("plan", "terraform", "--json", cwd=project))
    assert found["envs/dev/main.tf"] == ("conflict", None)
    ran = run_here("update", "terraform", cwd=project)
    assert (ran.status, "destroys" in ran.out) == (4, False)


@pytest.mark.slow
def test_without_edits_the_update_is_complete_and_remembers_where_the_files_come_from(tmp_path: Path) -> None:
    project = project_of(tmp_path / "desk", "dev", "prod")
    ran = run_here("update", "terraform", cwd=project)
    assert ran.status == 0, ran.out + ran.err
    assert (project / TREE / "envs/dev/moved.tf").is_file()
    assert yaml.safe_load((project / TREE / ".copier-answers.yml").read_text())["upgraded_from_1x"] is True
    assert run_here("check", cwd=project).status == 0
    fresh = build_tree(tmp_path / "fresh", {"appspec.json": json.dumps(MODEL)})
    (fresh / "dazzle.toml").write_text((project / "dazzle.toml").read_text())
    assert run_here("terraform", cwd=fresh).status == 0
    assert not list((fresh / TREE).rglob("moved.tf"))
    assert yaml.safe_load((fresh / TREE / ".copier-answers.yml").read_text())["upgraded_from_1x"] is False
    assert run_here("check", cwd=fresh).status == 0


@pytest.mark.slow
def test_the_edits_of_the_only_environment_move_with_their_file(tmp_path: Path) -> None:
    project = project_of(tmp_path / "desk", "dev")
    edit(project, "envs/dev/application.tf", "var.app_size", '"large"')
    found = files(run_here("plan", "terraform", "--json", cwd=project))
    assert found["modules/stack/application.tf"][0] in ("moved", "conflict")
    run_here("update", "terraform", cwd=project)
    assert '"large"' in (project / TREE / "modules/stack/application.tf").read_text()


@pytest.mark.slow
def test_a_file_that_stays_beside_the_stack_is_reported_by_every_plan_of_terraform(tmp_path: Path) -> None:
    project = project_of(tmp_path / "desk", "dev", "prod")
    for name in ("model.tf", "queue.tf"):
        edit(project, f"envs/dev/{name}", *EDITS[name][:2])
    assert run_here("update", "terraform", cwd=project).status == 4
    assert run_here("update", "--continue", cwd=project).status == 0
    root = project / TREE / "envs/dev"
    queue = (root / "queue.tf").read_text()
    (root / "queue.tf").unlink()
    tool = local_state(root)
    said = tool.succeed(*PLAN, cwd=root, variables={"container_image": IMAGE})
    assert "modules/stack replaces model.tf" in " ".join(said.split())
    (root / "queue.tf").write_text(queue)
    done = tool.run("init", "-input=false", "-no-color", cwd=root)
    done = tool.run("validate", "-no-color", cwd=root) if done.returncode == 0 else done
    assert done.returncode == 1
    (root / "queue.tf").unlink()
    (root / "model.tf").unlink()
    said = tool.succeed(*PLAN, cwd=root, variables={"container_image": IMAGE})
    assert "modules/stack replaces" not in said


@pytest.mark.slow
def test_plain_copier_moves_the_addresses_too(tmp_path: Path) -> None:
    project = project_of(tmp_path / "desk", "dev", "prod")
    recorded = project / TREE / ".copier-answers.yml"
    assert "upgraded_from_1x" not in recorded.read_text()
    environment = {"GIT_CONFIG_GLOBAL": os.devnull}
    for role in ("AUTHOR", "COMMITTER"):
        environment |= {f"GIT_{role}_NAME": "t", f"GIT_{role}_EMAIL": "t@example.org"}
    command = (sys.executable, "-W", "ignore", "-m", "copier")
    ran = run_cli("update", "--defaults", cwd=project / TREE, environment=environment, command=command)
    assert ran.status == 0, ran.err
    assert yaml.safe_load(recorded.read_text())["upgraded_from_1x"] is True
    assert (project / TREE / "envs/dev/moved.tf").is_file()


def test_the_files_that_are_replaced_are_those_that_the_guard_and_the_list_name(tmp_path: Path) -> None:
    listed = yaml.safe_load((TEMPLATE / "replaced-files.yml").read_text())
    assert {path.removeprefix("envs/*/") for path in listed if path.startswith("envs/")} == set(EDITS)
    [guard] = (TEMPLATE / "template/envs").rglob("*moved.tf*")
    assert all(f'"{name}"' in guard.read_text() for name in EDITS)
    known = {path.relative_to(made_by_version_1("dev", "prod") / TREE).as_posix() for path in _tf_files()}
    assert all([path for path in known if successor_of(path, {pattern: new})] for pattern, new in listed.items())


def _tf_files() -> list[Path]:
    return sorted((made_by_version_1("dev", "prod") / TREE).rglob("*.tf"))
