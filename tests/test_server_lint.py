"""What linters say about the files that the server template renders, beside those of the scripts and of Ansible."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.checkov import reports
from tests.support.lint import lint_yaml
from tests.support.server_template import SHAPES, rendered

FRAMEWORKS = ("ansible", "secrets", "yaml")
"""Checkov has no rules for Compose: `test_server_compose.py` has what applies."""

EXCEPTIONS = {
    "CKV2_ANSIBLE_3": "a task that fails ends the play: a block is there for its condition, and the next run goes on",
}
"""Checks that are not met, with the reason. Checkov reads no comments of playbooks for these."""


@pytest.fixture(params=SHAPES)
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return rendered(request.param, tmp_path_factory.getbasetemp())


def test_yamllint_has_nothing_to_say(folder: Path, tmp_path: Path) -> None:
    # The playbooks have a configuration of their own: `test_server_ansible.py`.
    made = shutil.copytree(folder, tmp_path / "server", ignore=shutil.ignore_patterns("ansible"))
    assert len(list(made.rglob("*.y*ml"))) > 5
    assert list(lint_yaml(made)) == []


def test_there_is_no_dockerfile_that_hadolint_could_read(folder: Path) -> None:
    assert not [path for path in folder.rglob("*") if "dockerfile" in path.name.lower()]


def failed(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the checks of Checkov that fail, each with what it is about; all files were read."""
    for report in reports(folder, *FRAMEWORKS):
        if "results" in report:
            assert report["summary"]["parsing_errors"] == 0
            yield from ((one["check_id"], one["resource"]) for one in report["results"]["failed_checks"])


@pytest.mark.slow
@pytest.mark.xdist_group("server_checkov")
def test_checkov_finds_nothing_but_what_has_its_reason(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    made = shutil.copytree(rendered("everything", tmp_path_factory.getbasetemp()), tmp_path / "server")
    assert {check for check, _ in failed(made)} == set(EXCEPTIONS)


@pytest.mark.slow
@pytest.mark.xdist_group("server_checkov")
def test_checkov_would_find_a_secret_and_an_unsafe_task(
    tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> None:
    made = shutil.copytree(rendered("bare", tmp_path_factory.getbasetemp()), tmp_path / "server")
    with (made / "ansible/group_vars/all.yml").open("a") as file:
        file.write("key: AKIAIOSFODNN7EXAMPLF\n")
    tasks = made / "ansible/roles/docker/tasks/repository.yml"
    tasks.write_text(tasks.read_text().replace("        force: true\n", "        validate_certs: false\n", 1))
    found = {check for check, _ in failed(made)} - set(EXCEPTIONS)
    assert "CKV_ANSIBLE_2" in found
    assert [check for check in found if check.startswith("CKV_SECRET")]
