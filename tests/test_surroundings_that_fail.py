"""What fails around dazzle-infra: another user's folder, a full disk, a filter of git's, text that is no Unicode.

Each has a message of its own, and none blames the template.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from dazzle_infra.transaction import STATE
from tests.support.cli import SMALL, Ran, run_cli, run_here, small_project
from tests.support.releases import FOLDER, edit, git, made_project

NOBODY = 65534


def refused(ran: Ran, status: int, *words: str) -> None:
    assert ran.status == status, (ran.out, ran.err)
    assert ran.err.count("error: ") == 1
    assert "template" not in ran.err.partition("\n")[2]
    assert "Traceback" not in ran.err
    for word in words:
        assert word in ran.err


@pytest.fixture
def foreign(tmp_path: Path) -> Iterator[tuple[Path, list[str]]]:
    """Return a project whose `.dazzle-infra` another user owns, and a command that runs as the owner of the rest."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o755)
        project = made_project(Path(folder) / "project", commit=False)
        (project / STATE).mkdir(exist_ok=True)
        if os.geteuid() == 0:
            if shutil.which("setpriv") is None:
                pytest.skip("setpriv is missing, which would run a command as another user")
            for path in (project, *project.rglob("*")):
                if STATE not in path.parts:
                    os.chown(path, NOBODY, NOBODY)
            (project / STATE).chmod(0o700)
            yield project, ["setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"]
        else:
            (project / STATE).chmod(0)
            yield project, []
            (project / STATE).chmod(0o700)


@pytest.mark.parametrize(
    "command", ["check", *(pytest.param(name, marks=pytest.mark.slow) for name in ("update", "undo"))]
)
def test_a_folder_of_another_user_is_named_with_the_command_that_mends_it(
    foreign: tuple[Path, list[str]], command: str
) -> None:
    project, runner = foreign
    root = str(Path(__file__).parents[1])
    script = f"import sys; sys.path.insert(0, {root!r}); from dazzle_infra.cli import main; main()"
    if runner and subprocess.run([*runner, sys.executable, "-c", "import copier"], check=False).returncode:
        pytest.skip("another user cannot run this Python")
    ran = run_cli(
        command,
        cwd=project,
        command=(*runner, sys.executable, "-c", script),
        environment={"HOME": str(project), "DAZZLE_INFRA_CACHE_DIR": str(project / "cache")},
    )
    refused(ran, 5, f"{STATE} cannot be", STATE)
    assert ("sudo chown -R" if runner else "chmod -R u+rwX") in ran.err


@pytest.fixture
def full(tmp_path: Path) -> Iterator[Path]:
    """Return a folder on a disk that is too small to render on."""
    folder = tmp_path / "full"
    folder.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=160k", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mount.returncode:
        pytest.skip("this user cannot mount a small disk")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def test_a_full_disk_for_temporary_files_is_named(tmp_path: Path, full: Path) -> None:
    project = small_project(tmp_path / "p")
    ran = run_cli("docker", cwd=project, environment={"TMPDIR": str(full)})
    refused(ran, 1, "no space is left", "TMPDIR")
    assert not (project / "infra").exists()


def test_a_clean_filter_that_fails_is_named_before_anything_is_written(tmp_path: Path) -> None:
    project = made_project(tmp_path)
    edit(project, "compose.yaml", "compose_9 = 9", "compose_9 = mine")
    (project / ".gitattributes").write_text("compose.yaml filter=bad\n")
    git(project, "config", "filter.bad.clean", "false")
    git(project, "config", "filter.bad.required", "true")
    before = (project / FOLDER / "compose.yaml").read_bytes()
    ran = run_here("update", "--to", "v1.1.0", cwd=project)
    refused(
        ran, 5, f"git's clean filter for {FOLDER}/compose.yaml failed", f"git check-attr filter {FOLDER}/compose.yaml"
    )
    assert (project / FOLDER / "compose.yaml").read_bytes() == before


def test_text_that_is_not_valid_unicode_is_shown(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    (project / "appspec.json").write_text(json.dumps({**SMALL, "title": "Ticket \ud800 Desk"}))
    ran = run_here("docker", cwd=project)
    refused(ran, 1, "Ticket \\ud800 Desk", "is not valid Unicode")
    assert not (project / "infra").exists()


def test_a_path_that_is_not_valid_unicode_works(tmp_path: Path) -> None:
    project = small_project(tmp_path / os.fsdecode(b"d\xffsk"))
    assert run_here("docker", "-q", cwd=project).status == 0
    assert run_here("check", cwd=project).status == 0
    ran = run_here("docker", "--appspec", os.fsdecode(b"n\xffne"), "--json", cwd=project)
    assert ran.status == 2
    assert "n\\udcffne" in ran.out
