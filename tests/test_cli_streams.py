"""Commands whose standard streams are closed work as with streams to the null device."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.cli import run_here, small_project

SCRIPT = f"{sys.executable} -c 'from dazzle_infra.cli import main; main()'"
MODULE = f"{sys.executable} -m dazzle_infra.cli"
CLOSED = ["<&-", ">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"]


def closed(program: str, command: str, redirections: str, folder: Path) -> subprocess.CompletedProcess[str]:
    line = f"exec {program} {command} {redirections}"
    return subprocess.run(["sh", "-c", line], cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("redirections", "program"), [*((one, SCRIPT) for one in CLOSED), ("<&- >&- 2>&-", MODULE)], ids=str
)
def test_the_exit_status_is_that_of_the_command_whatever_streams_are_closed(
    tmp_path: Path, redirections: str, program: str
) -> None:
    project = small_project(tmp_path)
    ran = closed(program, "explain", redirections, project)
    assert (ran.returncode, ran.stderr) == (0, "")
    ran = closed(program, "plan --nope", redirections, project)
    assert ran.returncode == 2
    assert "Traceback" not in ran.stderr


@pytest.mark.slow
@pytest.mark.parametrize("redirections", [">&-", "<&- >&- 2>&-"])
def test_files_are_written_whole_and_found_up_to_date_whatever_streams_are_closed(
    tmp_path: Path, redirections: str
) -> None:
    first, second = small_project(tmp_path / "first"), small_project(tmp_path / "second")
    assert run_here("docker", cwd=first).status == 0
    assert closed(SCRIPT, "docker", redirections, second).returncode == 0
    names = {path.relative_to(first) for path in first.rglob("*") if path.is_file() and path.name != ".env"}
    made = {name for name in names if name.parts[0] == "infra"}
    assert made
    for name in made:
        assert (second / name).read_bytes() == (first / name).read_bytes()
    for _ in range(2):  # the second result is a stored one
        ran = closed(SCRIPT, "check docker", redirections, second)
        assert (ran.returncode, ran.stderr) == (0, "")


def test_a_model_on_a_closed_standard_input_is_an_error_with_a_message(tmp_path: Path) -> None:
    ran = closed(SCRIPT, "explain --appspec -", "<&-", small_project(tmp_path))
    assert ran.returncode == 1
    assert ran.stderr.startswith("error: ")
    assert "internal" not in ran.stderr
