"""A template states which files it renamed: edits of them arrive, however short the files are."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from tests.support.cli import run_here, small_project
from tests.support.docker_releases import RELEASES, TOMORROW, docker_manifest
from tests.support.exhaustive import exhaustive_except
from tests.support.releases import (
    ANSWERS_FILE,
    FOLDER,
    WITH_FILES,
    classes,
    commit_all,
    edit,
    git,
    manifest,
    release,
)
from tests.support.trees import read_tree

OLD: dict[str, str | bytes] = {
    "copier.yml": "_subdirectory: template\n",
    "template/{{ _copier_conf.answers_file }}.jinja": ANSWERS_FILE,
    "template/worker.yaml": "services:\n\n  worker:\n    image: x\n",
}
NEW: dict[str, str | bytes] = {
    **{path: content for path, content in OLD.items() if path != "template/worker.yaml"},
    "template/compose.worker.yaml": "services:\n\n  worker:\n    image: x\n"
    + "".join(f"    # line {number}\n" for number in range(9)),
}
PARTS = """
worker_command = ["python", "-m", "worker"]
scheduler_command = ["python", "-m", "scheduler"]

[infra.entry_points.api]
command = ["python", "-m", "api"]
port = 9100

[infra.overrides]
"""
for need in ("mail", "queue", "scheduler", "worker"):
    PARTS += f'{need} = {{ needed = true, reason = "a test" }}\n'
SHAPES = {"dazzle": PARTS, "django": f'runtime = "django"\n{PARTS}', "react": 'runtime = "react"\n'}


def template_with(folder: Path, renamed: str | None) -> Path:
    folder.mkdir()
    git(folder, "init", "--quiet")
    release(folder, "v1.0.0", OLD, set())
    release(folder, "v1.1.0", NEW if renamed is None else {**NEW, "renamed-files.yml": renamed}, set())
    return folder


def project_of(folder: Path, template: Path) -> Path:
    made = small_project(folder, manifest(template))
    assert run_here("docker", cwd=made).status == 0
    git(made, "init", "--quiet")
    commit_all(made)
    edit(made, "worker.yaml", "services:\n", "# Ours.\nservices:\n")
    (made / "dazzle.toml").write_text(manifest(template, None))
    return made


@pytest.mark.parametrize(
    ("renamed", "status", "edited"),
    [
        ("worker.yaml: compose.worker.yaml\n", 0, "compose.worker.yaml"),
        ("worker.yaml: job.yaml\njob.yaml: compose.worker.yaml\n", 0, "compose.worker.yaml"),
        ("worker.yaml: job.yaml\njob.yaml: worker.yaml\n", 4, "worker.yaml"),
        (None, 4, "worker.yaml"),
    ],
)
def test_an_edit_follows_a_rename_that_the_template_states(
    tmp_path: Path, renamed: str | None, status: int, edited: str
) -> None:
    project = project_of(tmp_path / "project", template_with(tmp_path / "template", renamed))
    ran = run_here("update", cwd=project)
    assert ran.status == status, ran.out
    assert (project / FOLDER / edited).read_text().startswith("# Ours.\n")
    assert (project / FOLDER / "worker.yaml").exists() == (status == 4)


@pytest.mark.parametrize("renamed", ["[", "- worker.yaml\n", "worker.yaml: 5\n", "worker.yaml: [compose.yaml]\n"])
def test_renames_that_cannot_be_read_are_named_and_nothing_is_written(tmp_path: Path, renamed: str) -> None:
    project = project_of(tmp_path / "project", template_with(tmp_path / "template", renamed))
    before = read_tree(project)
    ran = run_here("update", cwd=project)
    assert ran.status == 1
    assert "renamed-files.yml" in ran.err
    assert "write a mapping" in ran.err
    assert read_tree(project) == before


IN_TURN = [*((ref, ("dazzle", "django")[number % 2]) for number, ref in enumerate(RELEASES)), (RELEASES[-1], "react")]
"""Each release with one of the shapes that have every part, and the shape without them."""


@pytest.mark.slow
@pytest.mark.parametrize(("ref", "shape"), exhaustive_except(product(RELEASES, SHAPES), IN_TURN))
def test_an_edit_of_each_part_of_the_stack_survives_an_update_from_each_release(
    tmp_path: Path, ref: str, shape: str
) -> None:
    if ref == "v1.0.0" and shape != "dazzle":
        pytest.skip("1.0.0 has no other runtime than dazzle")
    project = small_project(tmp_path, docker_manifest(ref, SHAPES[shape]), WITH_FILES)
    assert run_here("docker", cwd=project).status == 0
    parts = sorted(path.name for path in (project / FOLDER / "services").iterdir())
    for name in parts:
        edit(project, f"services/{name}", "\nservices:\n", f"\n# Ours in {name.removeprefix('compose.')}.\nservices:\n")
    (project / "dazzle.toml").write_text(docker_manifest(TOMORROW, SHAPES[shape]))
    ran = run_here("update", "docker", "--json", cwd=project)
    assert ran.status == 0, ran.out
    assert not {"conflict", "kept-edited"} & set(classes(ran).values()), ran.out
    after = {path.name: path.read_text() for path in (project / FOLDER / "services").iterdir()}
    assert sorted(after) == [f"compose.{name.removeprefix('compose.')}" for name in parts]
    for name, content in after.items():
        assert f"# Ours in {name.removeprefix('compose.')}.\n" in content, name
