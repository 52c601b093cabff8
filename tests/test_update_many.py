"""`update --all`: every application below a folder, each for itself, in one table."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from dazzle_infra.operations.many import find_projects
from tests.support.cli import SMALL, run_here, small_project
from tests.support.releases import FOLDER, WITH_FILES, edit, made_project, manifest, releases, set_model
from tests.support.trees import build_tree, read_tree

EDITED = ("compose.yaml", "compose_2 = 2", "compose_2 = mine")
CLASHING = ("compose.yaml", "compose_9 = 9", "compose_9 = mine")


def outcomes(document: dict[str, object]) -> dict[str, str]:
    applications = document["applications"]
    assert isinstance(applications, list)
    return {one["path"]: one["outcome"] for one in applications}


def without_state(project: Path) -> dict[str, bytes]:
    return {path: content for path, content in read_tree(project).items() if not path.startswith(".dazzle-infra/")}


@pytest.mark.slow
def test_each_application_is_updated_for_itself_and_none_stops_another(tmp_path: Path) -> None:
    root = tmp_path / "all"
    for name in ("a/fine", "b-clashing", "c-broken-manifest", "d-broken-answers", "e-broken-model", "f/fine"):
        made_project(root / name, commit=False)
    made_project(root / "g-current", "v1.2.0", commit=False)
    small_project(root / "h-never-made")
    edit(root / "a/fine", *EDITED)
    edit(root / "b-clashing", *CLASHING)
    (root / "c-broken-manifest/dazzle.toml").write_text("[infra\n")
    (root / "d-broken-answers" / FOLDER / ".copier-answers.yml").write_text("x: [")
    (root / "e-broken-model/appspec.json").write_text("{")
    before = {name: without_state(root / name) for name in ("b-clashing", "d-broken-answers", "e-broken-model")}

    ran = run_here("update", "--all", "--json", str(root), cwd=tmp_path)
    assert ran.status == 1  # the worst: a model that cannot be read
    assert not ran.json["ok"]
    assert outcomes(ran.json) == {
        "a/fine": "updated",
        "b-clashing": "conflicts",
        "c-broken-manifest": "error",
        "d-broken-answers": "error",
        "e-broken-model": "error",
        "f/fine": "updated",
        "g-current": "up to date",
    }
    [broken] = [one["error"] for one in ran.json["applications"] if one["path"] == "d-broken-answers"]
    assert broken["where"]["file"] == f"{FOLDER}/.copier-answers.yml"
    assert "mine" in (root / "a/fine" / FOLDER / "compose.yaml").read_text()
    assert "nine" in (root / "a/fine" / FOLDER / "compose.yaml").read_text()
    assert {name: without_state(root / name) for name in before} == before

    again = run_here("update", "--all", cwd=root)
    lines = again.out.splitlines()
    assert [line.split() for line in lines if line.startswith("a/fine")] == [
        ["a/fine", "docker", "v1.2.0", "up", "to", "date"]
    ]
    assert any("b-clashing" in line and "v1.0.0 → v1.2.0" in line and "compose.yaml" in line for line in lines)
    assert "1 with conflicts, 3 errors, 3 up to date" in lines
    assert any("c-broken-manifest" in line and "dazzle.toml:1" in line for line in lines)
    assert run_here("undo", cwd=root / "a/fine").status == 0
    assert "nine" not in (root / "a/fine" / FOLDER / "compose.yaml").read_text()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoilt", "arguments", "status"),
    [
        ((), ("update", "--all"), 0),
        ((), ("update", "--all", "--dry-run"), 0),
        ((), ("check", "--all"), 3),
        (("clash",), ("update", "--all"), 4),
        (("clash", "answers"), ("update", "--all"), 5),
        (("clash", "answers", "manifest"), ("update", "--all"), 2),
        (("clash", "answers"), ("check", "--all"), 5),
    ],
)
def test_the_exit_status_is_that_of_the_worst(
    tmp_path: Path, spoilt: tuple[str, ...], arguments: tuple[str, ...], status: int
) -> None:
    for name in ("fine", *spoilt):
        made_project(tmp_path / name, commit=False)
    if "clash" in spoilt:
        edit(tmp_path / "clash", *CLASHING)
    if "answers" in spoilt:
        (tmp_path / "answers" / FOLDER / ".copier-answers.yml").unlink()
    if "manifest" in spoilt:
        (tmp_path / "manifest/dazzle.toml").write_text("[infra]\nx = 1\n")
    before = {name: without_state(tmp_path / name) for name in ("fine", *spoilt)}
    ran = run_here(*arguments, cwd=tmp_path)
    assert ran.status == status, (ran.out, ran.err)
    writes = arguments == ("update", "--all")
    assert (without_state(tmp_path / "fine") != before["fine"]) == writes
    assert {name: without_state(tmp_path / name) for name in spoilt} == {name: before[name] for name in spoilt}


@pytest.mark.slow
def test_the_model_is_that_of_each_application(tmp_path: Path) -> None:
    for name, model in (("a", SMALL), ("b", WITH_FILES)):
        project = made_project(tmp_path / name, "v1.2.0", commit=False)
        set_model(project, {})
        build_tree(project, {"export/model.json": json.dumps(model)})
    ran = run_here("update", "--all", "--appspec", "export/model.json", "--json", cwd=tmp_path)
    assert ran.status == 0, (ran.out, ran.err)
    assert outcomes(ran.json) == {"a": "up to date", "b": "updated"}
    assert (tmp_path / "b" / FOLDER / "storage.conf").exists()


@pytest.mark.slow
def test_a_template_that_is_gone_is_an_error_of_those_that_need_it_alone(tmp_path: Path) -> None:
    own = shutil.copytree(releases(), tmp_path / "own")
    for name in ("a", "b"):
        project = small_project(tmp_path / "all" / name, manifest(own, "v1.0.0"))
        assert run_here("docker", cwd=project).status == 0
    made_project(tmp_path / "all/c", commit=False)
    shutil.rmtree(own)
    ran = run_here("update", "--all", "--json", cwd=tmp_path / "all")
    assert ran.status == 5
    assert outcomes(ran.json) == {"a": "error", "b": "error", "c": "updated"}


def test_a_folder_without_applications_is_named(tmp_path: Path) -> None:
    small_project(tmp_path / "never-made")
    ran = run_here("update", "--all", cwd=tmp_path)
    assert ran.status == 5
    assert str(tmp_path) in ran.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--all", "gone"), "gone is not a folder"),
        (("--all", "a", "b"), "one folder"),
        (("--all", "--appspec", "-"), "standard input"),
        (("--all", "--abort"), "are mutually exclusive"),
        (("--all", "--continue"), "are mutually exclusive"),
        (("--all", "--repair"), "are mutually exclusive"),
        (("--all", "--retire", "dev"), "are mutually exclusive"),
        (("--all", "--restore", "x"), "are mutually exclusive"),
    ],
)
def test_what_cannot_go_with_all_is_said(tmp_path: Path, arguments: tuple[str, ...], words: str) -> None:
    ran = run_here("update", *arguments, cwd=tmp_path)
    assert ran.status == 2
    assert words in ran.err


def test_what_was_generated_or_installed_is_not_looked_into(tmp_path: Path) -> None:
    manifests = ["dazzle.toml", "apps/one/dazzle.toml", "apps/one/inner/dazzle.toml"]
    hidden = [
        f"{folder}/x/dazzle.toml" for folder in (".git", ".venv", "node_modules", ".terraform", "a/.dazzle-infra")
    ]
    build_tree(tmp_path, dict.fromkeys((*manifests, *hidden), ""))
    build_tree(tmp_path, {"infra/docker/.copier-answers.yml": "", "infra/docker/deep/dazzle.toml": ""})
    (tmp_path / "apps/link").symlink_to(tmp_path / "apps/one")
    assert find_projects(tmp_path) == [tmp_path / name for name in (".", "apps/one", "apps/one/inner")]
