"""The scripts of a server's machine are POSIX shell."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server_template import SHAPES, rendered

EXCLUDED = {"SC2034": "a variable of one file is used in another one"}


@pytest.mark.slow
@pytest.mark.parametrize("shape", SHAPES)
def test_shellcheck_finds_nothing(shape: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    program = Path(sys.executable).with_name("shellcheck")
    if not program.exists():
        pytest.skip("no shellcheck: `pip install -e .[dev]` installs it")
    folder = rendered(shape, tmp_path_factory.getbasetemp()) / "machine"
    scripts = sorted(path.name for path in folder.iterdir() if path.is_file() and path.suffix != ".sh")
    command = [str(program), "--shell=sh", "--external-sources", "--check-sourced", "--source-path=SCRIPTDIR"]
    command.append(f"--exclude={','.join(EXCLUDED)}")
    # One script at a time: together, the variables of one would count as those of another.
    for script in scripts:
        done = subprocess.run(
            [*command, script],
            cwd=folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, done.stdout) == (0, ""), script
