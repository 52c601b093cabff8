"""The layout of the output in a terminal, and its stability where no terminal reads it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from rich.text import Text

from dazzle_infra.cli.printer import joined, unbroken
from dazzle_infra.cli.wrapping import wrapped, wrapped_command
from tests.support.cli import run_here, small_project
from tests.support.screen import screen

EXAMPLE = Path(__file__).parents[1] / "examples/02-ticket-desk"


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    project = Path(shutil.copytree(EXAMPLE, tmp_path / "desk"))
    manifest = (project / "dazzle.toml").read_text()
    (project / "dazzle.toml").write_text(manifest.replace("[infra]\n", '[infra]\nappspec = "appspec.json.gz"\n'))
    return project


@pytest.mark.parametrize("columns", [80, 120])
def test_a_terminal_shows_whole_words_and_whole_locations(desk: Path, columns: int) -> None:
    status, lines = screen("explain", cwd=desk, columns=columns)
    piped = run_here("explain", cwd=desk).out
    assert status == 0, lines
    assert max(map(len, lines)) <= columns
    assert " ".join(lines).split() == piped.split(), "the same words, none of them cut in two"
    assert max(map(len, piped.splitlines())) > columns, "there was something to wrap"


def test_continuation_lines_start_under_their_column(desk: Path) -> None:
    _, lines = screen("explain", "queue", cwd=desk, columns=80)
    column = lines[2].index("domain_service")
    reasons = [line for line in lines[3:] if line]
    assert len(reasons) > 5
    assert all(
        (line[:column].isspace() and line[column] != " ") or line.startswith(" " * (column + 1)) for line in reasons
    )


@pytest.mark.parametrize("columns", [80, 120])
def test_an_error_is_wrapped_under_its_first_word(tmp_path: Path, columns: int) -> None:
    status, lines = screen("explain", "storrage", cwd=small_project(tmp_path), columns=columns)
    assert (status, lines[0][:7]) == (2, "error: ")
    assert len(lines) > 1
    assert all(line.startswith(" " * 7) for line in lines[1:])
    assert max(map(len, lines)) <= columns


def test_a_path_with_spaces_is_kept_whole() -> None:
    line = Text(f"  conflict      {unbroken('a folder/with spaces/main.tf:12')}   line 12 of both")
    shown = [joined(part.plain) for part in wrapped(line, 40, 16)]
    assert shown == ["  conflict", "         a folder/with spaces/main.tf:12", "                line 12 of both"]


def test_a_word_that_is_longer_than_the_terminal_stands_alone() -> None:
    shown = [part.plain for part in wrapped(Text("  kept  " + "x" * 50 + " end"), 40, 8)]
    assert shown == ["  kept", "x" * 50, "        end"]


@pytest.mark.parametrize("width", [12, 20, 30, 47, 200])
def test_a_command_on_several_lines_is_the_same_when_pasted(width: int) -> None:
    command = "(printf '%s|' one 'two  three' four && printf '%s|' five \"it's\" && printf '%s|' six-and-more-of-it)"
    lines = wrapped_command(command, width)
    assert len(lines) > 1 or width == 200

    def said(text: str) -> str:
        return subprocess.run(["sh", "-c", text], capture_output=True, text=True, check=True).stdout

    assert said("\n".join(lines)) == said(command) == "one|two  three|four|five|it's|six-and-more-of-it|"


def test_output_that_is_piped_is_not_wrapped(tmp_path: Path) -> None:
    project = small_project(tmp_path)
    narrow = run_here("explain", cwd=project, environment={"COLUMNS": "20"})
    assert narrow.out == run_here("explain", cwd=project, environment={"COLUMNS": "200"}).out
