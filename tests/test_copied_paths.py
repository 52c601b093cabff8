"""The conventional paths that the image copies are those that a clone of the repository has too."""

from __future__ import annotations

import shutil
from pathlib import Path

from tests.support.cli import MANIFEST, run_here, small_project
from tests.support.releases import commit_all, git
from tests.support.trees import build_tree

DOCKERFILE = "infra/docker/Dockerfile"


def application(folder: Path, ignored: str) -> Path:
    project = small_project(folder)
    build_tree(
        project,
        {
            ".gitignore": ignored,
            "dsl/a.dsl": "module a",
            "site/index.html": "x",
            "static/a.css": "x",
            "sitespec.yaml": "",
        },
    )
    return project


def copied(project: Path) -> str:
    lines = (project / DOCKERFILE).read_text().splitlines()
    return "\n".join(line for line in lines if line.startswith("COPY"))


def made(project: Path) -> Path:
    ran = run_here("docker", cwd=project)
    assert ran.status == 0, ran.err
    commit_all(project)
    return project


def clone_of(project: Path, folder: Path) -> Path:
    git(folder, "clone", "--quiet", str(project), str(folder / "clone"))
    return folder / "clone"


def test_folders_and_files_that_git_ignores_are_not_copied_and_a_clone_is_up_to_date(tmp_path: Path) -> None:
    project = application(tmp_path / "app", "site/\nsitespec.yaml\n")
    git(project, "init", "--quiet")
    made(project)
    assert "static" in copied(project)
    assert "site" not in copied(project)
    checked = run_here("check", cwd=clone_of(project, tmp_path))
    assert (checked.status, checked.out) == (0, "")


def test_an_ignored_folder_counts_if_git_tracks_a_file_in_it(tmp_path: Path) -> None:
    project = application(tmp_path / "app", "site/\n")
    git(project, "init", "--quiet")
    git(project, "add", "--force", "site/index.html")
    assert "site" in copied(made(project))


def test_an_empty_folder_is_not_copied_with_and_without_a_repository(tmp_path: Path) -> None:
    for name in ("plain", "repository"):
        project = application(tmp_path / name, "")
        shutil.rmtree(project / "static")
        (project / "static/deeper").mkdir(parents=True)
        if name == "repository":
            git(project, "init", "--quiet")
        assert run_here("docker", cwd=project).status == 0
        assert "site" in copied(project)
        assert "static" not in copied(project)


def test_an_application_in_a_folder_that_its_repository_ignores_is_copied_whole(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    build_tree(tmp_path, {".gitignore": "/app/\n"})
    project = application(tmp_path / "app", "")
    assert run_here("docker", cwd=project).status == 0
    assert "static" in copied(project)


def test_the_reason_of_a_difference_names_what_changed(tmp_path: Path) -> None:
    project = application(tmp_path / "app", "")
    git(project, "init", "--quiet")
    made(project)
    shutil.rmtree(project / "static")
    git(project, "rm", "--quiet", "--cached", "-r", "static")
    files = run_here("check", cwd=project)
    assert files.status == 3
    assert (
        "docker: the project's files changed: copy_paths: - static (which conventional paths the project has)"
        in files.out
    )
    build_tree(project, {"dazzle.toml": MANIFEST + "\n[infra.docker]\ncopy = ['dazzle.toml', 'dsl']\n"})
    stated = run_here("check", cwd=project)
    assert "docker: dazzle.toml changed: copy_paths" in stated.out
