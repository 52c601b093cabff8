"""`update --restore` and `--repair`, upgrade notes, and what `check` says of a newer template."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

from dazzle_infra.errors import TemplateError
from dazzle_infra.templates import resolve_template
from dazzle_infra.templates.changelog import changelog_between, crossed, notes_between
from tests.support.cli import MANIFEST, run_here, small_project
from tests.support.trees import build_tree, read_tree

ANSWERS = "infra/docker/.copier-answers.yml"
TINY = {
    "t/notes.txt": "notes\n",
    "t/{{ _copier_conf.answers_file }}.jinja": "{{ _copier_answers | to_nice_yaml }}",
}


@cache
def _made(folder: Path) -> Path:
    made = small_project(folder)
    assert run_here("docker", "-q", cwd=made).status == 0
    return made


@pytest.fixture
def project(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return shutil.copytree(_made(tmp_path_factory.getbasetemp() / "to-mend"), tmp_path / "p", symlinks=True)


def files(project: Path) -> dict[str, bytes]:
    return {path: content for path, content in read_tree(project).items() if path.startswith("infra/")}


def test_a_deleted_file_is_brought_back_when_it_is_asked_for(project: Path) -> None:
    before = files(project)
    (project / "infra/docker/dev.env.example").unlink()
    assert "deleted       infra/docker/dev.env.example" in run_here("status", cwd=project).out
    assert run_here("update", "--restore", "infra/docker/dev.env.example", cwd=project).status == 0
    assert files(project) == before


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("infra/docker/compose.yaml", 5, "infra/docker/compose.yaml exists"),
        ("infra/docker/nothing.txt", 2, "is not a file of the docker template"),
        ("elsewhere/x", 2, "is not in an output directory"),
        (ANSWERS, 2, "is not a file of the docker template"),
    ],
)
def test_what_cannot_be_brought_back_is_said(project: Path, path: str, status: int, message: str) -> None:
    before = files(project)
    ran = run_here("update", "--restore", path, cwd=project)
    assert (ran.status, ran.out) == (status, "")
    assert message in ran.err
    assert files(project) == before


def spoil(project: Path, how: str) -> None:
    path = project / ANSWERS
    if how == "missing":
        path.unlink()
    elif how == "broken":
        path.write_text("a: [\n")
    else:
        path.write_text(path.read_text().replace("redis: false", "redis: true"))


def commit(project: Path) -> None:
    for command in (["init", "-q"], ["add", "-A"], ["-c", "user.name=A", "-c", "user.email=a@b", "commit", "-qm", "x"]):
        subprocess.run(["git", *command], cwd=project, check=True)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["missing", "broken", "edited"])
@pytest.mark.parametrize("source", ["own copy", "history", "files"])
def test_an_answers_file_is_repaired_to_the_byte_from_the_best_source_there_is(
    project: Path, how: str, source: str
) -> None:
    before = files(project)
    if source == "history":
        commit(project)
    if source != "own copy":
        shutil.rmtree(project / ".dazzle-infra")
    spoil(project, how)
    if how != "missing":
        assert run_here("update", cwd=project).status == 5
    ran = run_here("update", "--repair", cwd=project)
    assert ran.status == 0, ran.err
    assert {"own copy": "the copy in .dazzle-infra", "history": "history of the repository", "files": "assumed v"}[
        source
    ] in ran.out
    assert files(project) == before
    assert run_here("check", cwd=project).status == 0


def test_an_answers_file_is_repaired_from_a_branch_of_a_template_without_releases(tmp_path: Path) -> None:
    template = template_at(tmp_path / "t", {"v1.0.0": {"copier.yml": "_subdirectory: t\n", **TINY}})
    subprocess.run(["git", "-C", str(template), "tag", "-d", "v1.0.0"], check=True)
    subprocess.run(["git", "-C", str(template), "branch", "-M", "house"], check=True)
    manifest = f"{MANIFEST}\n[infra.docker]\ntemplate = '{template}'\nref = 'house'\n"
    project = small_project(tmp_path / "p", manifest)
    assert run_here("docker", "-q", cwd=project).status == 0
    before = files(project)
    shutil.rmtree(project / ".dazzle-infra")
    (project / ANSWERS).unlink()
    ran = run_here("update", "--repair", cwd=project)
    assert ran.status == 0, ran.err
    assert "assumed" in ran.out
    assert files(project) == before


def test_files_whose_answers_file_is_lost_are_not_called_a_strangers(project: Path) -> None:
    (project / ANSWERS).unlink()
    before = read_tree(project)
    ran = run_here("docker", cwd=project)
    assert ran.status == 5
    assert f"{ANSWERS} is missing" in ran.err
    assert "dazzle-infra update --repair" in ran.err
    assert read_tree(project) == before


@pytest.mark.parametrize("source", ["own copy", pytest.param("history", marks=pytest.mark.slow)])
@pytest.mark.parametrize("line", ["_commit: v1.0.0", "_src_path: /nowhere/template"], ids=["version", "template"])
def test_a_version_or_template_that_was_edited_is_named_and_repaired(project: Path, source: str, line: str) -> None:
    if source == "history":
        commit(project)
        shutil.rmtree(project / ".dazzle-infra")
    before = files(project)
    path = project / ANSWERS
    key = line.split(":")[0]
    path.write_text(re.sub(f"^{key}: .*$", line, path.read_text(), flags=re.MULTILINE))
    refused = run_here("update", "--json", cwd=project)
    assert (refused.status, refused.json["where"]["file"]) == (5, ANSWERS)
    assert run_here("update", "--repair", cwd=project).status == 0
    assert files(project) == before
    assert run_here("check", cwd=project).status == 0


def test_a_sound_answers_file_needs_no_repair(project: Path) -> None:
    before = read_tree(project)
    ran = run_here("update", "--repair", cwd=project)
    assert (ran.status, ran.out) == (0, "no answers file needs repair\n")
    assert read_tree(project) == before


def template_at(folder: Path, releases: dict[str, dict[str, str]]) -> Path:
    subprocess.run(["git", "init", "-q", str(folder)], check=True)
    for version, content in releases.items():
        build_tree(folder, content)
        for command in (["add", "-A"], ["-c", "user.name=A", "-c", "user.email=a@b", "commit", "-qm", version]):
            subprocess.run(["git", "-C", str(folder), *command], check=True)
        subprocess.run(["git", "-C", str(folder), "tag", version], check=True)
    return folder


NOTES = """\
- versions: '>=1.2'
  note: Build the image again.
- versions: '==1.1.0'
  note: Nothing to do.
- versions: '>=3'
  note: Not yet.
"""
CHANGES = "# Changelog\n\n## [1.2.0] - 2026-02-02\n\n- Two.\n\n## [1.1.0] - 2026-01-01\n\n- One.\n"
RELEASES = {
    "v1.0.0": {"copier.yml": "{}\n"},
    "v1.1.0": {"CHANGELOG.md": "# Changelog\n"},
    "v1.2.0": {"CHANGELOG.md": CHANGES, "upgrade-notes.yml": NOTES},
}


@pytest.mark.parametrize(
    ("old", "versions", "notes"),
    [
        ("v1.0.0", ["v1.1.0", "v1.2.0"], ["Build the image again.", "Nothing to do."]),
        ("v1.1.0", ["v1.2.0"], ["Build the image again."]),
        ("v1.2.0", [], []),
        ("v2.0.0", [], []),
        ("main", [], []),
    ],
)
def test_notes_and_changes_of_the_versions_that_are_crossed_are_told(
    tmp_path: Path, old: str, versions: list[str], notes: list[str]
) -> None:
    template = resolve_template("docker", str(template_at(tmp_path / "t", RELEASES)), None, tmp_path)
    assert crossed(template, old) == versions
    assert notes_between(template, old) == notes
    assert list(changelog_between(template, old)) == versions


FORK_NOTES = """
- versions: '>=1.2,<2'
  note: Build the image again.
- versions: '==1.2.0+acme.2'
  note: The fork changed.
"""


@pytest.mark.parametrize(
    ("old", "notes"),
    [
        ("v1.2.0+acme.1", ["The fork changed."]),
        ("v1.2.0", ["The fork changed."]),
        ("v1.1.0+acme.1", ["Build the image again.", "The fork changed."]),
    ],
)
def test_the_notes_of_an_upstream_release_are_not_repeated_for_releases_of_its_fork(
    tmp_path: Path, old: str, notes: list[str]
) -> None:
    releases = {
        "v1.1.0+acme.1": {"copier.yml": "{}\n"},
        "v1.2.0+acme.1": {"upgrade-notes.yml": NOTES},
        "v1.2.0+acme.2": {"upgrade-notes.yml": FORK_NOTES},
    }
    template = resolve_template("docker", str(template_at(tmp_path / "t", releases)), None, tmp_path)
    assert template.version == "v1.2.0+acme.2"
    assert notes_between(template, old) == notes


@pytest.mark.parametrize(
    "notes", ["- versions: 'later'\n  note: x\n", "- versions: [1]\n  note: x\n", "- note: x\n", "[", "5\n"]
)
def test_notes_that_cannot_be_read_are_named(tmp_path: Path, notes: str) -> None:
    folder = template_at(tmp_path / "t", {"v1.0.0": {"copier.yml": "", "upgrade-notes.yml": notes}})
    template = resolve_template("docker", str(folder), None, tmp_path)
    with pytest.raises(TemplateError, match=r"upgrade-notes\.yml"):
        notes_between(template, "v0.9.0")
