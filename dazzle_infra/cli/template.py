"""`template`: the commands that inspect templates, fork them, and check forks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dazzle_infra.cli.completion import complete_templates
from dazzle_infra.cli.help import Command, Group, epilog
from dazzle_infra.cli.options import DebugOption, JsonOption, NoColorOption, QuietOption

__all__ = ["template"]

template = typer.Typer(
    name="template",
    cls=Group,
    help="Inspect, fork and check templates.",
    epilog=epilog("template show docker", "docs/house-style.md"),
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

NameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="The template, such as `docker`.", autocompletion=complete_templates)
]
VersionOption = Annotated[
    str | None, typer.Option("--version", metavar="VERSION", help="The release; the newest by default.")
]


@template.command("list", cls=Command, epilog=epilog("template list", "docs/house-style.md"))
def list_templates(
    as_json: JsonOption = False, quiet: QuietOption = False, plain: NoColorOption = False, debug: DebugOption = False
) -> None:
    """List the templates that ship with dazzle-infra."""
    from dazzle_infra.cli.output import Output
    from dazzle_infra.cli.template_look import run_list

    run_list(Output(as_json=as_json, quiet=quiet, plain=plain))


@template.command(cls=Command, epilog=epilog("template versions docker", "docs/house-style.md"))
def versions(
    name: NameArgument,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    plain: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """List the releases of a template, newest first."""
    from dazzle_infra.cli.output import Output
    from dazzle_infra.cli.template_look import run_versions

    run_versions(name, Output(as_json=as_json, quiet=quiet, plain=plain))


@template.command(cls=Command, epilog=epilog("template show docker --version v1.0.0", "docs/house-style.md"))
def show(
    name: NameArgument,
    version: VersionOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    plain: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Show the questions of a release and its changelog."""
    from dazzle_infra.cli.output import Output
    from dazzle_infra.cli.template_look import run_show

    run_show(name, version, Output(as_json=as_json, quiet=quiet, plain=plain))


@template.command(cls=Command, epilog=epilog("template eject docker acme-docker", "docs/house-style.md"))
def eject(
    name: NameArgument,
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="The folder of the fork; it must be new or empty.")],
    version: VersionOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    plain: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Fork a template: create a git repository with its whole history."""
    from dazzle_infra.cli.output import Output
    from dazzle_infra.cli.template_look import run_eject

    run_eject(name, folder, version, Output(as_json=as_json, quiet=quiet, plain=plain))


@template.command(cls=Command, epilog=epilog("template check . --no-tools", "docs/house-style.md"))
def check(
    folder: Annotated[Path, typer.Argument(metavar="PATH", help="The fork's folder.")] = Path(),
    name: Annotated[
        str | None,
        typer.Option(
            "--of",
            metavar="NAME",
            help="The template that was forked, if the history does not show it.",
            autocompletion=complete_templates,
        ),
    ] = None,
    tools: Annotated[
        bool, typer.Option("--tools/--no-tools", help="Run docker, terraform and hadolint if they are on PATH.")
    ] = True,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    plain: NoColorOption = False,
    debug: DebugOption = False,
) -> int:
    """Check a fork: questions, rendering, validation, and updates without loss."""
    from dazzle_infra.cli.output import Output
    from dazzle_infra.cli.template_check import run_template_check

    return run_template_check(folder, name, Output(as_json=as_json, quiet=quiet, plain=plain), with_tools=tools)
