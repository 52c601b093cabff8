"""The help of every command, and the completion of arguments."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from dazzle_infra import __version__
from dazzle_infra.cli.app import app
from dazzle_infra.cli.command_group import LATER, Later
from tests.support.cli import MANIFEST, run_cli, run_here, small_project
from tests.support.trees import build_tree

ROOT = Path(__file__).parents[1]


def commands(command: Any = None, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command with the words that call it."""
    command = command or typer.main.get_command(app)
    command = command.build() if isinstance(command, Later) else command
    yield path, command
    for name, inner in getattr(command, "commands", {}).items():
        if not inner.hidden:
            yield from commands(inner, (*path, name))


COMMANDS = dict(commands())


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_every_command_has_an_example_that_parses_and_a_page_that_exists(path: tuple[str, ...]) -> None:
    epilog = COMMANDS[path].epilog
    example, page = re.search(r"Example: `dazzle infra (.+)`", epilog), re.search(r"Documentation: ([^#]+)", epilog)
    assert example, epilog
    assert page, epilog
    assert (ROOT / page[1].strip()).is_file()
    words = shlex.split(example[1].partition(" > ")[0])
    called = max((known for known in COMMANDS if tuple(words[: len(known)]) == known), key=len)
    assert called[: len(path)] == path
    with COMMANDS[called].make_context(called[-1], words[len(called) :]):
        pass


@pytest.mark.parametrize("path", COMMANDS, ids=" ".join)
def test_the_help_shows_no_types_of_flags_and_explains_every_parameter(path: tuple[str, ...], tmp_path: Path) -> None:
    ran = run_here(*path, "--help", cwd=tmp_path)
    assert ran.status == 0
    assert "<" not in ran.out
    assert "[[" not in ran.out
    parameters = [one for one in COMMANDS[path].params if one.name not in ("install_completion", "show_completion")]
    assert all(one.help for one in parameters)


@pytest.mark.parametrize("later", LATER, ids=[str(later.name) for later in LATER])
def test_the_help_of_a_command_begins_with_its_line_in_the_help_of_all(later: Later) -> None:
    command = later.build()
    assert (command.name, command.help.partition("\n")[0]) == (later.name, later.help)


def test_the_short_option_prints_the_version(tmp_path: Path) -> None:
    assert run_here("-V", cwd=tmp_path).out == f"dazzle-infra {__version__}\n"


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("update ", "docker terraform server ci"),
        ("plan docker t", "terraform"),
        ("plan docker d", ""),
        ("update --all d", ""),
        ("explain sch", "scheduler"),
        ("template show ", "docker terraform server ci"),
        ("template check --of t", "terraform"),
        ("update --retire ", "old qa"),
        ("update --relocate ", "dev"),
        ("-C broken update --retire ", ""),
        ("plan -C nowhere --retire ", ""),
    ],
)
def test_arguments_are_completed(tmp_path: Path, words: str, expected: str) -> None:
    manifest = MANIFEST + "\n[infra.terraform]\nroot_module = 'tf'\nenvironments = ['dev']\n"
    project = small_project(tmp_path, manifest)
    folders = {f"tf/envs/{name}/main.tf": "" for name in ("dev", "old", "qa")}
    build_tree(project, folders | {"broken/dazzle.toml": "x ="})
    typed = f"dazzle-infra {words}"
    ran = run_cli(
        cwd=project,
        environment={
            "_DAZZLE_INFRA_COMPLETE": "complete_bash",
            "COMP_WORDS": typed,
            "COMP_CWORD": str(len(typed.split(" ")) - 1),
        },
    )
    assert (ran.status, ran.out.split(), ran.err) == (0, expected.split(), "")
