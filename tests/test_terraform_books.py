"""The README of the generated files, executed command by command."""

from __future__ import annotations

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


def named(calls: list[Call]) -> Iterator[str]:
    """Yield the names of clusters, tasks, secrets, parameters and log groups in the calls of `aws`."""
    for one in of(calls, "aws"):
        for option in ("cluster", "name", "replication-group-id", "secret-id", "task-definition"):
            yield from one.found["options"].get(option, [])
        yield from one.found["words"]


@pytest.mark.slow
def test_a_person_gets_from_an_empty_account_to_a_running_application_and_back(tmp_path: Path) -> None:
    project = example(tmp_path)
    readme = (project / "infra/terraform/README.md").read_text()
    calls = walked(readme, project, tmp_path / "work", [VALUE])
    assert of(calls, "aws", "sts", "get-caller-identity")

    registry = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com"
    pushed = [one.found["pushed"] for one in of(calls, "docker") if "pushed" in one.found]
    assert pushed == [f"{registry}/ticket-desk:1.0.0", f"{registry}/ticket-desk:1.1.0"]

    [secret] = of(calls, "aws", "secretsmanager", "put-secret-value")
    assert secret.found["input"] == VALUE
    assert secret.found["options"]["secret-id"][0].startswith("ticket-desk-dev/")

    applies = [one for one in of(calls, "terraform", "apply") if "bootstrap" not in one.arguments[0]]
    running = [one.found["resources"]["running"] for one in applies]
    assert running[:2] == [[], ["web", "worker"]]

    migrations = of(calls, "aws", "ecs", "run-task")
    commands = [one.found["options"].get("overrides", [""])[0] for one in migrations]
    assert {one.found["options"]["task-definition"][0] for one in migrations} == {"ticket-desk-dev-migrate"}
    assert ["create-user" in command for command in commands] == [False, True]
    order = [calls.index(one) for one in (applies[0], secret, migrations[0], applies[1], migrations[1])]
    assert order == sorted(order)

    made = {name for one in applies for name in one.found["resources"]["names"]}
    assert set(named(calls)) <= made

    [renewed] = of(calls, "aws", "elasticache", "modify-replication-group")
    assert renewed.found["options"]["auth-token"] == ["a-token"]
    [recorded] = of(calls, "aws", "ssm", "put-parameter")
    assert recorded.found["options"]["value"] == [pushed[1]]
    assert of(calls, "terraform", "destroy")[-1].found["resources"]["types"] == []
    assert len(of(calls, "aws", "ecs", "wait", "tasks-stopped")) == len(migrations)


@pytest.mark.slow
def test_the_commands_of_an_application_without_migrations_run_as_well(copier: CopierFixture, tmp_path: Path) -> None:
    project = tmp_path / "project"
    render(copier, project / "infra/terraform", SHAPES["express"])
    (project / "Dockerfile").write_text("FROM scratch\n")
    readme = (project / "infra/terraform/README.md").read_text()
    calls = walked(readme, project, tmp_path / "work", [])
    assert not of(calls, "aws", "ecs", "run-task")
    assert of(calls, "terraform", "destroy")[-1].found["resources"]["types"] == []


@pytest.mark.parametrize("shape", SHAPES)
def test_every_link_in_a_book_leads_to_a_heading(shapes: dict[str, Path], shape: str) -> None:
    books = {path.name: _PROSE.sub("", path.read_text()) for path in shapes[shape].glob("*.md")}
    assert set(books) == {"DEPLOYMENT.md", "README.md", "ROLLBACK.md", "RUNBOOK.md"}
    headings = {name: {_anchor(title) for title in re.findall(r"^#+ (.*)$", text, re.M)} for name, text in books.items()}
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
