"""`template`: the commands for those who look at templates, fork them, and hold forks to the contract."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dazzle_infra.cli.options import DebugOption, JsonOption, NoColorOption, QuietOption

__all__ = ["template"]

template = typer.Typer(
    name="template",
    help="Look at the templates, fork one for a house style, hold a fork to the contract.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The template, such as `docker`.")]
VersionOption = Annotated[
    str | None, typer.Option("--version", metavar="VERSION", help="A release; the newest by default.")
]


@template.command("list")
def list_templates(
    as_json: JsonOption = False, quiet: QuietOption = False, plain: NoColorOption = False, debug: DebugOption = False
) -> None:
    """Print the templates that ship with dazzle-infra."""
    from dazzle_infra.cli.output import Output
    from dazzle_infra.cli.template_look import run_list

    run_list(Output(as_json=as_json, quiet=quiet, plain=plain))


@template.command()
def versions(
    name: NameArgument,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    plain: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Print the releases of a template, newest first."""
    from dazzle_infra.cli.output import Output
    from dazzle_infra.cli.template_look import run_versions

    run_versions(name, Output(as_json=as_json, quiet=quiet, plain=plain))


@template.command()
def show(
    name: NameArgument,
    version: VersionOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    plain: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Print what a release asks, and what it changed."""
    from dazzle_infra.cli.output import Output
    from dazzle_infra.cli.template_look import run_show

    run_show(name, version, Output(as_json=as_json, quiet=quiet, plain=plain))


@template.command()
def eject(
    name: NameArgument,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where the fork goes; a new folder.")],
    version: VersionOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    plain: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Fork a template: a git repository with its whole history, to make your own."""
    from dazzle_infra.cli.output import Output
    from dazzle_infra.cli.template_look import run_eject

    run_eject(name, folder, version, Output(as_json=as_json, quiet=quiet, plain=plain))


@template.command()
def check(
    folder: Annotated[Path, typer.Argument(metavar="PATH", help="The fork's folder.")] = Path(),
    name: Annotated[
        str | None, typer.Option("--of", metavar="NAME", help="The template that it forks, where that is not clear.")
    ] = None,
    tools: Annotated[
        bool, typer.Option("--tools/--no-tools", help="Ask docker, terraform and hadolint, where they are on PATH.")
    ] = True,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    plain: NoColorOption = False,
    debug: DebugOption = False,
) -> int:
    """Hold a fork to the contract: questions, rendering, validation, and updates that lose nothing."""
    from dazzle_infra.cli.output import Output
    from dazzle_infra.cli.template_check import run_template_check

    return run_template_check(folder, name, Output(as_json=as_json, quiet=quiet, plain=plain), with_tools=tools)
