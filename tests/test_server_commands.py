"""The commands of a project with a server: from the first look to an update, back, and a fork of the template."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.cli import run_here, small_project
from tests.support.releases import commit_all, git
from tests.support.workloads import BUSY

pytestmark = pytest.mark.slow

MANIFEST = """\
[project]
name = "desk"

[infra]
appspec = "appspec.json"
backends = ["server"]

[infra.server.env.production]
host = "203.0.113.10"
memory_mb = {memory}
domain_name = "desk.example.com"
"""


def project_with(folder: Path, memory: int = 2048) -> Path:
    made = small_project(folder, MANIFEST.format(memory=memory), BUSY)
    git(made, "init", "--quiet")
    return made


def test_a_project_with_a_server_is_looked_at_generated_updated_and_reverted(tmp_path: Path) -> None:
    project = project_with(tmp_path / "desk")
    explained = run_here("explain", cwd=project)
    assert explained.status == 0, explained.err
    assert "a PostgreSQL container" in explained.out
    doctor = run_here("doctor", "--json", cwd=project)
    found = {one["name"]: one["found"] for one in doctor.json["findings"]}
    assert "ansible-playbook" in found
    # It prints its version to standard error.
    assert (found["ssh"] is not None) is (shutil.which("ssh") is not None)
    listed = run_here("config", cwd=project)
    assert "memory_mb" in listed.out
    assert "203.0.113.10" in listed.out
    assert run_here("all", cwd=project).status == 0
    made = project / "infra/server"
    readme, facts = made / "README.md", made / "environments/production.sh"
    assert run_here("check", cwd=project).status == 0
    assert "server" in run_here("status", cwd=project).out
    assert "server" in run_here("backends", cwd=project).out

    readme.write_text(readme.read_text() + "\n## Our own notes\n")
    before = facts.read_text()
    project_with(project, memory=4096)
    planned = run_here("plan", cwd=project)
    assert "memory_mb" in planned.out
    assert facts.read_text() == before
    assert run_here("check", cwd=project).status == 3
    assert run_here("update", cwd=project).status == 0
    assert "memory_mb=4096" in facts.read_text()
    assert "## Our own notes" in readme.read_text()
    assert run_here("check", cwd=project).status == 0
    assert run_here("undo", cwd=project).status == 0
    assert facts.read_text() == before
    assert "## Our own notes" in readme.read_text()


def test_a_fork_of_the_template_is_ejected_checked_and_used(tmp_path: Path) -> None:
    assert run_here("template", "eject", "server", "fork", cwd=tmp_path).status == 0
    fork = tmp_path / "fork"
    page = fork / "template/README.md.jinja"
    page.write_text(page.read_text() + "\n## House rules\n")
    commit_all(fork)
    [upstream] = git(fork, "for-each-ref", "--format=%(refname:lstrip=3)", "refs/remotes/upstream/v*").split()
    git(fork, "tag", f"{upstream}+acme.1")
    checked = run_here("template", "check", "--no-tools", "--json", cwd=fork)
    assert checked.status == 0, checked.out
    assert checked.json["template"]["upstream"] == upstream

    project = project_with(tmp_path / "desk")
    assert run_here("server", cwd=project).status == 0
    with (project / "dazzle.toml").open("a") as file:
        file.write(f'\n[infra.server]\ntemplate = "{fork}"\nref = "{upstream}+acme.1"\n')
    updated = run_here("update", cwd=project)
    assert updated.status == 0, updated.err
    assert "## House rules" in (project / "infra/server/README.md").read_text()
    assert "+acme.1" in run_here("status", cwd=project).out
