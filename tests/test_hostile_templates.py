"""Templates of strangers: none runs code, reads or writes outside, or goes on without end; each is told why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.attacks import HARMLESS, REFUSED, rendered, settings
from tests.support.cli import Ran, run_cli, small_project
from tests.support.hostile import ENDLESS, Content, hostile_template
from tests.support.releases import manifest
from tests.support.trees import read_tree

SECRET = "canary-5f3a"


def attack(
    folder: Path, files: Mapping[str, Content], command: str = "docker", tag: str = "v1.0.0"
) -> tuple[Ran, Path]:
    """Scaffold from a hostile template beside a canary, and see that nothing at all was written but what is reported.

    In the files, `{canary}` is a file outside, `{marker}` one that must not be made, and `{folder}` where both are.
    """
    canary, marker = folder / "canary.yml", folder / "marker"
    canary.write_text(f"secret: {SECRET}\n")
    words = {"{canary}": str(canary), "{marker}": str(marker), "{folder}": str(folder), "{files}": "6000"}

    def filled(text: str) -> str:
        for word, meaning in words.items():
            text = text.replace(word, meaning)
        return text

    entries = {
        filled(name): filled(content) if isinstance(content, str) else content for name, content in files.items()
    }
    template = hostile_template(folder / "template", entries, tag)
    project = small_project(folder / "project", manifest(template, None).replace("docker", command))
    environment = {"DAZZLE_INFRA_CACHE_DIR": str(folder / "cache"), "SECRET_OF_MINE": SECRET}
    before = {path.name for path in folder.iterdir()} | {"cache"}
    ran = run_cli(command, cwd=project, environment=environment)
    assert {path.name for path in folder.iterdir()} == before
    assert canary.read_text() == f"secret: {SECRET}\n"
    assert not marker.exists()
    assert "Traceback" not in ran.err
    assert "internal error in dazzle-infra" not in ran.err
    assert SECRET not in ran.out + ran.err
    return ran, project


FAST = {"tasks", "a list of a folder", "our own folder"}
"""Those that the fast tests try through the command; `tests/pythons/checks.py` tries all of them without it."""


def marks_of(name: str, number: int) -> list[pytest.MarkDecorator]:
    """Return the marks of an attack: the slow tests try every third of the others through the command."""
    slow = [pytest.mark.slow] if number % 3 == 0 else [pytest.mark.slow, pytest.mark.exhaustive]
    return [] if name in FAST else slow


@pytest.mark.parametrize(
    ("files", "words"),
    [
        pytest.param(files, words, id=name, marks=marks_of(name, number))
        for number, (name, files, words) in enumerate(REFUSED)
    ],
)
def test_a_hostile_template_is_refused(tmp_path: Path, files: dict[str, Content], words: str) -> None:
    ran, project = attack(tmp_path, files)
    assert ran.status == 1, (ran.out, ran.err)
    assert ran.err.startswith("error: ")
    assert words in ran.err
    assert not (project / "infra").exists()
    assert sorted(read_tree(project)) == ["appspec.json", "dazzle.toml"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("files", "words"),
    [
        pytest.param(files, words, id=name, marks=[] if number % 8 == 0 else pytest.mark.exhaustive)
        for number, (name, files, words) in enumerate(REFUSED)
    ],
)
def test_a_hostile_template_of_a_server_is_refused(tmp_path: Path, files: dict[str, Content], words: str) -> None:
    ran, project = attack(tmp_path, files, "server")
    assert ran.status == 1, (ran.out, ran.err)
    assert words in ran.err
    assert sorted(read_tree(project)) == ["appspec.json", "dazzle.toml"]


@pytest.mark.slow
def test_a_loop_without_end_is_ended(tmp_path: Path) -> None:
    ran, project = attack(tmp_path, rendered(ENDLESS))
    assert ran.status == 1
    assert "more than 10 s of processor time" in ran.err
    assert not (project / "infra").exists()


@pytest.mark.slow
@pytest.mark.parametrize(("files", "text"), [pytest.param(*rest, id=name) for name, *rest in HARMLESS])
def test_what_has_no_power_is_rendered(tmp_path: Path, files: dict[str, Content], text: str) -> None:
    ran, project = attack(tmp_path, files)
    assert ran.status == 0, ran.err
    assert (project / "infra/docker/a.txt").read_text() == text


@pytest.mark.slow
@pytest.mark.parametrize(
    "tag", ["v1.0.0;touch${IFS}marker", "v1.0.0$(touch${IFS}marker)", "--upload-pack=x", "v1\udcff"]
)
def test_tags_of_odd_names_are_no_versions(tmp_path: Path, tag: str) -> None:
    ran, _ = attack(tmp_path, {}, tag=tag)
    assert ran.status == 1
    assert "has no release" in ran.err


@pytest.mark.slow
def test_an_update_to_a_hostile_version_changes_nothing(tmp_path: Path) -> None:
    template = hostile_template(tmp_path / "template", {"template/a.txt": "one\n"})
    project = small_project(tmp_path / "project", manifest(template, None))
    assert run_cli("docker", cwd=project).status == 0
    hostile_template(template, settings(f"_tasks: ['touch {tmp_path}/marker']\n"), "v1.1.0")
    before = read_tree(project)
    ran = run_cli("update", cwd=project)
    assert ran.status == 1
    assert "_tasks runs commands" in ran.err
    assert read_tree(project) == before
    assert not (tmp_path / "marker").exists()
