"""From each release of the Docker template to its sources as they are: edits stay, and other runtimes come."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from dazzle_infra.project.runtimes import RUNTIME_NAMES
from tests.support.cli import run_here, small_project
from tests.support.compose import compose_config
from tests.support.docker_releases import FIRST, RELEASES, TOMORROW, docker_manifest
from tests.support.lint import lint_dockerfile
from tests.support.releases import FOLDER, WITH_FILES, classes, edit, git, manifest, released_sources
from tests.support.trees import read_tree

EDITS = [
    ("Dockerfile", "PYTHONUNBUFFERED=1 \\", 'PYTHONUNBUFFERED=1 \\\n    LANG="C.UTF-8" \\'),
    ("Dockerfile", "USER 10001:10001", "# Ours from here on.\nUSER 10001:10001"),
    ("Dockerfile.dockerignore", "**/.git\n", "**/.git\n**/*.bak\n"),
    ("compose.yaml", "    pull_policy: build\n", "    pull_policy: build\n    hostname: desk\n"),
    ("services/compose.base.yaml", "    pids_limit: 256\n", "    pids_limit: 512\n"),
    ("services/compose.database.yaml", "    stop_grace_period: 30s", "    stop_grace_period: 45s"),
    ("README.md", "## When it does not work\n", "## When it does not work\n\nAsk Kim.\n"),
    ("dev.env.example", "# WEB_CONCURRENCY=1", "# WEB_CONCURRENCY=4"),
    ("entrypoint.sh", "set -eu\n", "set -eu\numask 027\n"),
]


def made_by(ref: str, folder: Path) -> Path:
    made = small_project(folder, docker_manifest(ref), WITH_FILES)
    assert run_here("docker", cwd=made).status == 0
    return made


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Make a project from the first release."""
    return made_by(FIRST, tmp_path)


@pytest.mark.parametrize("ref", [FIRST, *(pytest.param(ref, marks=pytest.mark.slow) for ref in RELEASES[1:])])
def test_an_update_keeps_every_edit(tmp_path: Path, ref: str) -> None:
    project = made_by(ref, tmp_path)
    for path, old, new in EDITS:
        is_present = (project / FOLDER / path).exists()
        edit(project, path if is_present else path.replace("/compose.", "/"), old, new)
    (project / "infra/docker/compose.override.yaml").write_text("services: {}\n")
    (project / "dazzle.toml").write_text(docker_manifest(TOMORROW))
    ran = run_here("update", "docker", "--json", cwd=project)
    assert ran.status == 0, ran.out
    shown = classes(ran)
    removed = {path for path, kind in shown.items() if kind == "removed"}
    assert removed <= {f"services/{name}.yaml" for name in ("base", "database", "storage")}
    assert not {"conflict", "kept-edited"} & set(shown.values()), shown
    after = project / "infra/docker"
    for path, _, new in EDITS:
        assert new in (after / path).read_text(), path
    assert "AS sources" in (after / "Dockerfile").read_text()
    assert (after / "compose.override.yaml").read_text() == "services: {}\n"
    assert compose_config(after)["services"]["web"]["hostname"] == "desk"
    assert lint_dockerfile(after / "Dockerfile") == ""
    assert run_here("check", "docker", cwd=project).status == 0


@pytest.mark.slow
def test_without_edits_an_update_makes_what_a_new_project_gets(project: Path, tmp_path: Path) -> None:
    manifest = docker_manifest(TOMORROW)
    (project / "dazzle.toml").write_text(manifest)
    assert run_here("update", "docker", cwd=project).status == 0
    fresh = small_project(tmp_path / "fresh", manifest, WITH_FILES)
    assert run_here("docker", cwd=fresh).status == 0
    ours, theirs = read_tree(project / "infra/docker"), read_tree(fresh / "infra/docker")
    del ours[".env"], theirs[".env"]
    assert ours == theirs


@pytest.mark.slow
@pytest.mark.parametrize("runtime", [name for name in RUNTIME_NAMES if name != "dazzle"])
def test_a_project_of_another_runtime_gets_a_stack_of_its_own(tmp_path: Path, runtime: str) -> None:
    made = small_project(tmp_path, docker_manifest(TOMORROW, f'runtime = "{runtime}"\n'), WITH_FILES)
    ran = run_here("docker", cwd=made)
    assert ran.status == 0, ran.err
    assert f"{runtime} manifest [infra] runtime: says {runtime} dazzle.toml:6" in " ".join(ran.out.split())
    directory = made / "infra/docker"
    assert yaml.safe_load((directory / ".copier-answers.yml").read_text())["runtime"] == runtime
    assert "web" in compose_config(directory)["services"]
    assert lint_dockerfile(directory / "Dockerfile") == ""
    for path, content in read_tree(directory).items():
        if path != ".copier-answers.yml":
            assert b"DAZZLE_" not in content, path


CHANGED_CHECKS = [
    ("base", "  test:", "  test:  "),
    ("base", "  retries: ", "  retries: 9"),
    ("database", "  timeout: 3s", "  timeout: 4s"),
]


@pytest.mark.parametrize(("name", "old", "new"), CHANGED_CHECKS)
def test_an_edited_interval_of_a_health_check_merges_with_a_change_of_the_check(
    tmp_path: Path, name: str, old: str, new: str
) -> None:
    template = released_sources("docker", tmp_path / "template", "v90.0.0")
    [source] = (template / "template/services").glob(f"*compose.{name}.yaml*")
    source.write_text(source.read_text().replace(f"    {old}", f"    {new}"))
    git(template, "commit", "--quiet", "--all", "--message", "changed")
    git(template, "tag", "v91.0.0")
    project = small_project(tmp_path / "project", manifest(template, "v90.0.0"), WITH_FILES)
    assert run_here("docker", cwd=project).status == 0
    edit(project, f"services/compose.{name}.yaml", "      interval: 2s\n", "      interval: 20s\n")
    (project / "dazzle.toml").write_text(manifest(template, "v91.0.0"))
    ran = run_here("update", "docker", "--json", cwd=project)
    assert classes(ran)[f"services/compose.{name}.yaml"] == "merged", ran.out
