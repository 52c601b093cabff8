"""`dazzle infra` beside the real Dazzle; runs where dazzle-dsl and dazzle-infra are installed in one environment."""

from __future__ import annotations

import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.cli import run_cli, small_project

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("dazzle") is None, reason="dazzle-dsl is not installed here; it needs Python 3.12"),
]
SCRIPT = [str(Path(sysconfig.get_path("scripts")) / "dazzle")]


def test_the_real_commands_and_infra_are_listed_side_by_side(tmp_path: Path) -> None:
    for command in (SCRIPT, [sys.executable, "-m", "dazzle"]):
        ran = run_cli("--help", cwd=tmp_path, command=command)
        assert ran.status == 0
        for name in ("validate", "serve", "infra"):
            assert f" {name} " in ran.out


def test_the_other_commands_of_dazzle_work_as_before(tmp_path: Path) -> None:
    assert "DAZZLE version" in run_cli("--version", cwd=tmp_path, command=SCRIPT).out


def test_infra_runs_by_the_script_and_by_the_module(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    for command in (SCRIPT, [sys.executable, "-m", "dazzle"]):
        ran = run_cli("infra", "explain", "-q", cwd=project, command=command)
        assert (ran.status, ran.out, ran.err) == (0, "", "")


def test_infra_reads_the_model_with_the_dazzle_that_it_is_a_command_of(tmp_path: Path) -> None:
    (tmp_path / "dsl").mkdir()
    (tmp_path / "dazzle.toml").write_text('[project]\nname = "notes"\nversion = "0.1.0"\nroot = "notes.core"\n')
    (tmp_path / "dsl/app.dsl").write_text(
        'module notes.core\n\napp notes "Notes"\n\nentity Note "Note":\n  id: uuid pk\n  scan: file\n'
    )
    ran = run_cli("infra", "explain", cwd=tmp_path, command=SCRIPT)
    assert ran.status == 0, ran.err
    assert "field scan: file" in ran.out


@pytest.mark.parametrize("options", [(), ("--env", "staging")])
def test_infra_is_run_before_dazzle_is_imported(tmp_path: Path, options: tuple[str, ...]) -> None:
    project = small_project(tmp_path)
    command = [sys.executable, "-X", "importtime", *SCRIPT]
    ran = run_cli(*options, "infra", "explain", "-q", cwd=project, command=command)
    imported = {line.rpartition("|")[2].strip() for line in ran.err.splitlines()}
    assert "dazzle_infra.cli.main" in imported
    assert not {name for name in imported if name.startswith("dazzle.core")}
