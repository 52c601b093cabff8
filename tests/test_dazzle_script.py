"""The script `dazzle` beside the real Dazzle; runs where dazzle-dsl is installed in the same environment."""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support.cli import run_cli, small_project

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("dazzle") is None, reason="dazzle-dsl is not installed here; it needs Python 3.12"),
]
DAZZLE = (sys.executable, "-c", "from dazzle_infra.cli.dazzle import main; main()")


def test_the_real_commands_and_infra_stand_side_by_side(tmp_path: Path) -> None:
    ran = run_cli("--help", cwd=tmp_path, command=DAZZLE)
    assert ran.status == 0
    for command in ("validate", "serve", "infra"):
        assert f" {command} " in ran.out


def test_a_command_of_dazzles_own_does_what_it_does(tmp_path: Path) -> None:
    ran = run_cli("--version", cwd=tmp_path, command=DAZZLE)
    assert "DAZZLE version" in ran.out


@pytest.mark.parametrize("options", [(), ("--env", "staging"), ("--env=staging",)])
def test_infra_is_run_before_dazzle_is_imported(tmp_path: Path, options: tuple[str, ...]) -> None:
    project = small_project(tmp_path)
    code = "import sys; from dazzle_infra.cli.dazzle import main\ntry: main()\nfinally: print('dazzle' in sys.modules)"
    ran = run_cli(*options, "infra", "explain", "-q", cwd=project, command=(sys.executable, "-c", code))
    assert (ran.status, ran.out.strip()) == (0, "False"), ran.err
