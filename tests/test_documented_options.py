"""The table of options in docs/commands.md: each command takes those that the table gives it, and no other."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import typer

from dazzle_infra.cli.app import app

TEXT = (Path(__file__).parents[1] / "docs/commands.md").read_text(encoding="utf-8")
SECTION = TEXT.partition("\n## Options\n")[2].partition("\n## ")[0]
ROWS = [line.split(" | ")[:2] for line in SECTION.splitlines() if line.startswith("| `-")]
UNLISTED = {"--debug", "--help", "--no-tools", "--of", "--tools", "--version"}
"""Options that the table leaves out: of `template`, which has a paragraph of its own, and for reports of mistakes."""


def commands() -> dict[str, set[str]]:
    """Return the long options of every command."""
    root: Any = typer.main.get_command(app)
    found = {name: one.build() for name, one in root.commands.items()}
    found["cache clean"] = found["cache"].commands["clean"]
    del found["template"], found["diff"]
    return {name: {word for one in command.params for word in one.opts} for name, command in found.items()}


def named(cell: str) -> set[str]:
    """Return the commands that a cell of the table names."""
    names = set(re.findall(r"`([^`]+)`", cell))
    if cell.startswith("all that read the model"):
        return {name for name, options in commands().items() if "--appspec" in options}
    if not cell.startswith("all but"):
        return names
    left_out, _, besides = cell.partition("; ")
    also = set(re.findall(r"`([^`]+)`", besides))
    every = {name for name in commands() if name != "cache clean"}
    return every - set(re.findall(r"`([^`]+)`", left_out)) | also


@pytest.mark.parametrize(("options", "cell"), [pytest.param(*row, id=row[0]) for row in ROWS])
def test_an_option_is_taken_by_the_commands_that_the_table_names(options: str, cell: str) -> None:
    for option in re.findall(r"--[a-z-]+", options):
        takers = {name for name, known in commands().items() if option in known}
        rows = [row for row in ROWS if option in re.findall(r"--[a-z-]+", row[0])]
        assert takers - {"cache clean"} == set().union(*(named(row[1]) for row in rows)) - {"cache clean"}, option


def test_no_option_is_left_out_of_the_table() -> None:
    listed = {option for options, _ in ROWS for option in re.findall(r"--[a-z-]+", options)}
    assert {word for known in commands().values() for word in known if word.startswith("--")} - UNLISTED == listed
