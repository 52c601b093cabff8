"""The cloud for applications that Dazzle does not run: nothing in their files or containers is Dazzle's."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from pytest_copier.plugin import CopierFixture

from dazzle_infra.backends.terraform.answers import TerraformAnswers
from dazzle_infra.backends.terraform.entry_points import CloudEntryPoint as EntryPoint
from tests.awsfacts import findings
from tests.support.terraform import terraform
from tests.support.terraform_runs import Resources, applied, planned, root_of, settled
from tests.support.terraform_template import EVERYTHING, EXPRESS, TYPICAL, copier_template, environment, render
from tests.support.trees import read_tree

__all__ = ["copier_template"]

DJANGO = EVERYTHING.model_copy(
    update={
        "runtime": "django",
        "migrate_command": ["python", "manage.py", "migrate", "--noinput"],
        "environments": [environment("dev", domain_name="dev.example.com", dns_zone="example.com")],
        "generated_secrets": ["SECRET_KEY"],
    }
)
REACT = TerraformAnswers(
    runtime="react",
    entry_points=[EntryPoint(name="web", command=["caddy", "run"], port=3000)],
    database=False,
    generated_secrets=[],
)
RUNTIMES = {"django": DJANGO, "express": EXPRESS, "react": REACT}


def read(path: Path, name: str) -> str:
    return (path / "modules" / "stack" / name).read_text()


@pytest.mark.parametrize("name", RUNTIMES)
def test_a_tree_of_another_runtime_is_in_style_and_reads_as_if_there_were_no_dazzle(
    copier: CopierFixture, tmp_path: Path, name: str
) -> None:
    made = render(copier, tmp_path / "made", RUNTIMES[name])
    assert terraform().succeed("fmt", "-check", "-diff", "-recursive", cwd=made) == ""
    of_modules = {f"modules/{name}.tf" for name in ("app/variables", "identity/outputs", "mail/outputs")}
    for path, content in read_tree(made).items():
        if path not in {".copier-answers.yml", *of_modules}:
            said = re.sub(rb"(?i)dazzle[ -]infra|dazzle\.toml", b"", content)
            assert b"dazzle" not in said.lower(), path
            assert b"\n\n\n" not in content, path


def test_a_database_is_migrated_by_the_projects_own_command_or_by_nothing(
    copier: CopierFixture, tmp_path: Path
) -> None:
    django, express = (render(copier, tmp_path / name, RUNTIMES[name]) for name in ("django", "express"))
    assert 'migrate = ["python", "manage.py", "migrate", "--noinput"]' in read(django, "model.tf")
    assert 'output "migrate_command"' in read(django, "outputs.tf")
    assert "no migration command" not in (django / "README.md").read_text()
    assert "migrate" not in read(express, "model.tf") + read(express, "outputs.tf")
    readme = (express / "README.md").read_text()
    assert "no migration command" in readme
    assert "migrate_command" not in readme


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "has_probe", "tasks"),
    [
        ("django", True, {"admin-api", "hooks", "migrate", "scheduled", "web", "worker"}),
        ("express", False, {"web", "worker"}),
        ("react", False, {"web"}),
    ],
)
def test_containers_of_another_runtime_have_nothing_of_dazzles(
    copier: CopierFixture, tmp_path: Path, name: str, has_probe: bool, tasks: set[str]
) -> None:
    tool, root = root_of(copier, tmp_path / "made", RUNTIMES[name], "dev")
    plan = planned(tool, root)
    resources = settled(plan, applied(tool, root))
    assert list(findings(resources)) == []
    containers = containers_of(resources)
    assert set(containers) == tasks
    for task, container in containers.items():
        listens = task in {"web", "admin-api", "hooks"}
        assert bool(container["healthCheck"]) is (listens and has_probe), task
        assert [mount["containerPath"] for mount in container["mountPoints"]] == ["/tmp"]  # noqa: S108 - in a container
        assert not [one["name"] for one in container["environment"] if "DAZZLE" in one["name"]]


def containers_of(resources: Resources) -> dict[str, dict[str, Any]]:
    """Return the application's container of each task, by the task's name."""
    return {
        address.split('"')[1]: json.loads(values["container_definitions"])[1]
        for address, (kind, values) in resources.items()
        if kind == "aws_ecs_task_definition"
    }


@pytest.mark.parametrize(
    "change",
    [
        {"runtime": "express"},
        {"runtime": "flask"},
        {"migrate_command": ["alembic", "upgrade", "head"]},
        {"runtime": "django", "entry_points": EVERYTHING.entry_points, "worker": True},
    ],
)
def test_answers_that_fit_no_runtime_are_refused(copier: CopierFixture, tmp_path: Path, change: dict[str, Any]) -> None:
    answers = TYPICAL.model_copy(update={"worker": False, **change})
    with pytest.raises(Exception, match=r"command|Dazzle has its own|Invalid"):
        render(copier, tmp_path, answers)
