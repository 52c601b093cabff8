"""The books of the generated files, executed command by command."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_copier.plugin import CopierFixture

from tests.support.cli import run_here
from tests.support.releases import released_sources
from tests.support.terraform_template import SHAPES, copier_template, render, shapes
from tests.walkthrough import Call, walked
from tests.walkthrough.recording import ACCOUNT

__all__ = ["copier_template", "shapes"]

EXAMPLES = Path(__file__).parents[1] / "examples"
_PROSE = re.compile(r"^ *```.*?^ *```$", re.MULTILINE | re.DOTALL)
_TITLES = re.compile(r"^#+ (.*)$", re.MULTILINE)
VALUE = "s3cret $VALUE with spaces"


def example(place: Path) -> Path:
    """Return the rich example as a project with Docker and Terraform files, and without an image of its own."""
    project = place / "project"
    shutil.copytree(EXAMPLES / "02-ticket-desk", project)
    manifest = (project / "dazzle.toml").read_text().replace("[infra]\n", '[infra]\nappspec = "appspec.json.gz"\n')
    (project / "dazzle.toml").write_text(re.sub(r'container_image = ".*"\n', "", manifest))
    template = released_sources("terraform", place / "template", tag="v9.9.9")
    for arguments in (("docker", "-q"), ("terraform", "-q", "--template", str(template))):
        done = run_here(*arguments, cwd=project)
        assert done.status == 0, done.err
    return project


def of(calls: list[Call], tool: str, *words: str) -> list[Call]:
    """Return the calls of a tool whose arguments begin with the words; `-chdir` does not count."""
    plain = [(one, [word for word in one.arguments if not word.startswith("-chdir=")]) for one in calls]
    return [one for one, arguments in plain if one.tool == tool and arguments[: len(words)] == list(words)]


def books(folder: Path) -> list[str]:
    """Return the books in the order of a life: from the first deployment to the end, which the README describes."""
    return [(folder / name).read_text() for name in ("DEPLOYMENT.md", "RUNBOOK.md", "ROLLBACK.md", "README.md")]


def operations(calls: list[Call], operation: str) -> list[Call]:
    """Return the calls of an operation of AWS."""
    return [one for one in calls if one.tool == "aws" and one.arguments[1] == operation]


def named(calls: list[Call]) -> Iterator[str]:
    """Yield the names of clusters, secrets, parameters, caches and log groups in the calls of AWS."""
    for one in calls:
        if one.tool == "aws":
            for key in ("cluster", "Name", "ReplicationGroupId", "SecretId", "logGroupName", "family"):
                if key in one.found:
                    yield one.found[key]


@pytest.mark.slow
def test_a_person_gets_from_an_empty_account_to_a_running_application_and_back(tmp_path: Path) -> None:
    project = example(tmp_path)
    calls = walked(books(project / "infra/terraform"), project, tmp_path / "work", [VALUE])
    assert operations(calls, "GetCallerIdentity")

    registry = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com"
    pushed = [one.found["pushed"] for one in of(calls, "docker") if "pushed" in one.found]
    assert pushed == [f"{registry}/ticket-desk:1.0.0", f"{registry}/ticket-desk:1.1.0"]

    [secret] = operations(calls, "PutSecretValue")
    assert secret.found["SecretString"] == VALUE
    assert secret.found["SecretId"].startswith("ticket-desk-dev/")

    applies = [one for one in of(calls, "terraform", "apply") if "bootstrap" not in one.arguments[0]]
    assert [one.found["resources"]["running"] for one in applies][:2] == [[], ["web", "worker"]]

    tasks = operations(calls, "RunTask")
    families = [one.found["taskDefinition"].split("/")[-1].split(":")[0] for one in tasks]
    assert families == ["ticket-desk-dev-migrate", "ticket-desk-dev-web", "ticket-desk-dev-migrate"]
    assert "create-user" in json.dumps(tasks[1].found["overrides"])
    order = [calls.index(one) for one in (applies[0], secret, tasks[0], applies[1], tasks[1], tasks[2])]
    assert order == sorted(order)

    recorded = [one.found["Value"] for one in operations(calls, "PutParameter") if one.found["Name"].endswith("/image")]
    assert recorded == [pushed[1], pushed[0]]
    made = {name for one in applies for name in one.found["resources"]["names"]}
    locks = {"/environments/ticket-desk-dev/deployment"}
    assert set(named(calls)) <= made | locks | {"/aws/rds/instance/ticket-desk-dev/postgresql"}

    [renewed] = operations(calls, "ModifyReplicationGroup")
    assert renewed.found["AuthToken"] == "a-token"
    [restored] = operations(calls, "RestoreDBInstanceToPointInTime")
    assert restored.found["SourceDBInstanceIdentifier"] == "ticket-desk-dev"
    [imported] = of(calls, "terraform", "import")
    after = next(one for one in applies if calls.index(one) > calls.index(imported))
    assert "module.stack.module.database.aws_db_instance.this" not in after.found["replaced"]
    assert of(calls, "terraform", "destroy")[-1].found["resources"]["types"] == []


@pytest.mark.slow
def test_the_commands_of_an_application_without_migrations_run_as_well(copier: CopierFixture, tmp_path: Path) -> None:
    project = tmp_path / "project"
    render(copier, project / "infra/terraform", SHAPES["express"])
    (project / "Dockerfile").write_text("FROM scratch\n")
    calls = walked(books(project / "infra/terraform"), project, tmp_path / "work", [])
    assert not operations(calls, "RunTask")
    assert of(calls, "terraform", "destroy")[-1].found["resources"]["types"] == []


@pytest.mark.parametrize("shape", SHAPES)
def test_every_link_in_a_book_leads_to_a_heading(shapes: dict[str, Path], shape: str) -> None:
    books = {path.name: _PROSE.sub("", path.read_text()) for path in shapes[shape].glob("*.md")}
    assert set(books) == {"DEPLOYMENT.md", "README.md", "ROLLBACK.md", "RUNBOOK.md"}
    headings = {
        name: {_anchor(title) for title in re.findall(r"^#+ (.*)$", text, re.M)} for name, text in books.items()
    }
    for name, text in books.items():
        links = re.findall(r"\]\(([A-Z]+\.md)?(?:#([^)]+))?\)", text)
        assert links or name == "ROLLBACK.md"
        for book, anchor in links:
            assert not anchor or anchor in headings[book or name], (name, book, anchor)
            assert (book or name) in books


@pytest.mark.parametrize("shape", SHAPES)
def test_the_commands_of_the_books_are_ones_of_the_shell(shapes: dict[str, Path], shape: str) -> None:
    for path in shapes[shape].glob("*.md"):
        blocks = re.findall(r"^ *```sh(?:ell)?\n(.*?)^ *```$", path.read_text(), re.MULTILINE | re.DOTALL)
        assert blocks
        for block in blocks:
            assert subprocess.run(["sh", "-n", "-c", block], check=False).returncode == 0, block


def _anchor(title: str) -> str:
    """Return the anchor that GitHub gives to a heading."""
    return re.sub(r"[^a-z0-9 _-]", "", title.lower()).replace(" ", "-")
