"""What an update cannot work with: one message, the documented exit code, nothing written, no traceback."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.cli import Ran, run_here, small_project
from tests.support.releases import (
    FOLDER,
    build_releases,
    edit,
    git,
    made_project,
    manifest,
    release,
    releases,
    set_ref,
    text,
)
from tests.support.trees import build_tree, read_tree

ANSWERS = f"{FOLDER}/.copier-answers.yml"


def refused(project: Path, status: int, *words: str, command: str = "update", **environment: str) -> Ran:
    """Run a command that must refuse, and hold what it says against `words`."""
    before = read_tree(project)
    ran = run_here(command, cwd=project, environment=environment)
    assert ran.status == status, (ran.out, ran.err)
    first = next(line for line in ran.err.splitlines() if not line.startswith((" ", "warning: ")))
    assert first.startswith("error: ")
    assert ran.err.count("error: ") == 1
    assert "Traceback" not in ran.err
    assert "internal error in dazzle-infra" not in ran.err
    for word in words:
        assert word in ran.err
    assert read_tree(project) == before
    return ran


def change_answers(change: Callable[[str], str]) -> Callable[[Path], None]:
    def apply(project: Path) -> None:
        file = project / ANSWERS
        file.write_text(change(file.read_text()))

    return apply


def replace_by_folder(project: Path) -> None:
    (project / ANSWERS).unlink()
    (project / ANSWERS).mkdir()


@pytest.mark.parametrize("command", [pytest.param("update", marks=pytest.mark.slow), "check"])
@pytest.mark.parametrize(
    ("spoil", "status", "words"),
    [
        pytest.param(change_answers(lambda text: "a: [b\n"), 5, (ANSWERS, "--repair"), id="no YAML"),
        pytest.param(change_answers(lambda text: ""), 5, (ANSWERS, "--repair"), id="empty"),
        pytest.param(change_answers(lambda text: text[:150]), 5, (ANSWERS, "--repair"), id="truncated"),
        pytest.param(
            change_answers(lambda text: text.replace("storage: false", "storage: true")),
            5,
            ("edited by hand", "--repair"),
            id="an answer edited by hand",
        ),
        pytest.param(
            change_answers(lambda text: text.replace("_commit: v1.0.0", "_commit: v1.1.0")),
            5,
            ("has moved", "v1.1.0"),
            id="a version edited by hand",
        ),
        pytest.param(
            change_answers(lambda text: text.replace("_commit: v1.0.0", "_commit: v0.9.0")),
            5,
            ("v0.9.0", "no longer exists"),
            id="a version that does not exist",
        ),
        pytest.param(
            change_answers(
                lambda text: re.sub("(# template-commit:) [0-9a-f]+", r"\1 " + 40 * "0", text).replace(
                    "_src_path: git+file:///", "_src_path: git+file:///gone/"
                )
            ),
            5,
            ("file:///gone/", "does not exist"),
            id="a source that does not exist, nor its commit elsewhere",
        ),
        pytest.param(replace_by_folder, 5, (ANSWERS,), id="a folder"),
    ],
)
def test_an_answers_file_that_cannot_be_trusted_is_refused(
    tmp_path: Path, spoil: Callable[[Path], None], status: int, words: tuple[str, ...], command: str
) -> None:
    project = made_project(tmp_path)
    spoil(project)
    refused(project, status, *words, command=command)


def test_an_answers_file_that_is_missing_is_no_reason_to_start_again(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    (project / ANSWERS).unlink()
    refused(project, 5, "--repair")


@pytest.mark.slow
def test_one_that_is_missing_is_not_passed_over_where_another_backend_is_there(tmp_path: Path) -> None:
    project = made_project(tmp_path, both=True)
    (project / ANSWERS).unlink()
    refused(project, 5, ANSWERS, "--repair")


@pytest.mark.slow
def test_a_directory_of_a_newer_dazzle_infra_is_named(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    file = project / ANSWERS
    content = file.read_text().replace(f"git+{releases().as_uri()}", "git+dazzle-infra://docker")
    file.write_text(content.replace("v1.0.0", "v99.0.0"))
    (project / "dazzle.toml").write_text(manifest(releases(), None).replace(f'template = "{releases()}"\n', ""))
    refused(project, 5, "v99.0.0", "upgrade dazzle-infra")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "status", "words"),
    [
        pytest.param(lambda template: shutil.rmtree(template), 5, ("template",), id="the template is gone"),
        pytest.param(lambda template: git(template, "tag", "--force", "v1.0.0", "v1.1.0"), 5, (), id="a tag was moved"),
    ],
)
@pytest.mark.parametrize("is_cached", [True, False])
def test_a_template_that_is_gone_or_changed_is_named(
    tmp_path: Path, spoil: Callable[[Path], object], status: int, words: tuple[str, ...], is_cached: bool
) -> None:
    template, project = build_releases(tmp_path / "template"), tmp_path / "project"
    small_project(project, manifest(template))
    cache = {"DAZZLE_INFRA_CACHE_DIR": str(tmp_path / "cache")}
    assert run_here("docker", cwd=project, environment=cache).status == 0
    (project / "dazzle.toml").write_text(manifest(template, None))
    spoil(template)
    if not is_cached:
        shutil.rmtree(tmp_path / "cache")
    refused(project, status, *words, **cache)


@pytest.mark.slow
def test_a_tag_that_was_deleted_is_named_where_it_is_not_cached(tmp_path: Path) -> None:
    template, project = build_releases(tmp_path / "template"), tmp_path / "project"
    small_project(project, manifest(template))
    first, second = ({"DAZZLE_INFRA_CACHE_DIR": str(tmp_path / name)} for name in ("one", "two"))
    assert run_here("docker", cwd=project, environment=first).status == 0
    (project / "dazzle.toml").write_text(manifest(template, None))
    git(template, "tag", "--delete", "v1.0.0")
    refused(project, 5, "v1.0.0", "restore the tag", **second)
    assert run_here("update", cwd=project, environment=first).status == 0


@pytest.mark.slow
@pytest.mark.parametrize("to", ["v9.9.9", "--upload-pack=x", "HEAD", ""])
def test_a_version_that_there_is_not_is_refused(tmp_path: Path, to: str) -> None:
    project = made_project(tmp_path)
    before = read_tree(project)
    ran = run_here("update", f"--to={to}", cwd=project)
    assert ran.status in (1, 2)
    assert "version" in ran.err
    assert read_tree(project) == before


@pytest.mark.slow
def test_answers_that_the_new_version_does_not_accept_are_named(tmp_path: Path) -> None:
    template = shutil.copytree(releases(), tmp_path / "template")
    files: dict[str, str | bytes] = {**read_tree(template)}
    validator = "{% if app_name == 'desk' %}too short{% endif %}"
    others = (template / "copier.yml").read_text().replace("app_name: {type: str, default: app}\n", "")
    files["copier.yml"] = f'{others}\napp_name:\n  type: str\n  validator: "{validator}"\n'
    release(template, "v1.3.0", files, set())
    project = made_project(tmp_path / "project")
    (project / "dazzle.toml").write_text(manifest(template, None))
    file = project / ANSWERS
    file.write_text(file.read_text().replace(releases().as_uri(), template.as_uri()))
    refused(project, 1, "app_name", "too short")


@pytest.mark.parametrize("command", [pytest.param("update", marks=pytest.mark.slow), "check", "plan"])
def test_a_git_that_is_too_old_is_named(tmp_path: Path, command: str) -> None:
    project = made_project(tmp_path / "project")
    tools = build_tree(tmp_path / "bin", {"git": "#!/bin/sh\necho git version 2.30.2\n"})
    (tools / "git").chmod(0o755)
    refused(project, 5, "git 2.30.2 is too old", command=command, PATH=f"{tools}{os.pathsep}{os.environ['PATH']}")


@pytest.mark.slow
def test_no_git_at_all_is_named(tmp_path: Path) -> None:
    project = made_project(tmp_path / "project")
    (tmp_path / "bin").mkdir()
    refused(project, 5, "git is not installed", PATH=str(tmp_path / "bin"))


@pytest.mark.slow
def test_a_link_where_the_template_has_a_folder_is_not_followed(tmp_path: Path) -> None:
    project = made_project(tmp_path / "project")
    elsewhere = tmp_path / "elsewhere"
    (project / FOLDER / "scripts").rename(elsewhere)
    (project / FOLDER / "scripts").symlink_to(elsewhere)
    before = read_tree(elsewhere)
    refused(project, 5, "scripts is a symbolic link")
    assert read_tree(elsewhere) == before


@pytest.mark.slow
def test_an_own_copy_of_the_template_replaces_the_recorded_one_by_the_manifest(tmp_path: Path) -> None:
    fork = shutil.copytree(releases(), tmp_path / "fork")
    project = made_project(tmp_path / "project")
    edit(project, "compose.yaml", "compose_2 = 2", "compose_2 = mine")
    (project / "dazzle.toml").write_text(manifest(fork, "v1.1.0"))
    assert run_here("update", cwd=project).status == 0
    assert f"_src_path: git+{fork.as_uri()}" in (project / ANSWERS).read_text()
    assert (project / FOLDER / "compose.yaml").read_text() == "# desk\n" + text(
        "compose", l2="compose_2 = mine", l9="compose_9 = nine"
    )


@pytest.mark.slow
def test_a_second_update_is_told_who_is_at_work(tmp_path: Path) -> None:
    import subprocess

    project = made_project(tmp_path)
    script = (
        "import sys, time; from pathlib import Path; from dazzle_infra.transaction.lock import locked\n"
        "with locked(Path(sys.argv[1])):\n    print(flush=True); time.sleep(60)"
    )
    holder = subprocess.Popen([sys.executable, "-c", script, str(project)], stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None
        holder.stdout.readline()
        refused(project, 5, f"process {holder.pid}")
    finally:
        holder.kill()
        holder.communicate()
    set_ref(project, None)
    assert run_here("update", cwd=project).status == 0
