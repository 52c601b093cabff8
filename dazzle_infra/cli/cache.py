"""`cache`: the commands that list and clean the cached templates."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dazzle_infra.cli.help import Command, Group, epilog
from dazzle_infra.cli.options import DebugOption, JsonOption, NoColorOption, QuietOption

if TYPE_CHECKING:
    from dazzle_infra.templates.cache import Entry

__all__ = ["cache"]

_DAYS = 30

cache = typer.Typer(
    name="cache",
    cls=Group,
    help="List and clean the cached templates, which `--offline` uses.",
    epilog=epilog("cache", "docs/commands.md#templates-without-a-network"),
    invoke_without_command=True,
    rich_markup_mode="markdown",
)


@cache.callback()
def list_entries(
    context: typer.Context,
    as_json: JsonOption = False,
    plain: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """List each template with its size and the time of its last use."""
    if context.invoked_subcommand is not None:
        return
    from dazzle_infra.cache.location import cache_directory
    from dazzle_infra.cli.output import Output
    from dazzle_infra.templates.cache import entries

    output, found = Output(as_json=as_json, plain=plain), entries()
    for entry in found:
        output.line(f"{_megabytes(entry.size)}   used {_day(entry.used)}   {entry.url or entry.path.name}")
    output.line(f"{_megabytes(sum(entry.size for entry in found))}   {len(found)} templates in {cache_directory()}")
    output.document({"directory": str(cache_directory()), "entries": _documents(found)})


@cache.command(cls=Command, epilog=epilog("cache clean", "docs/commands.md#templates-without-a-network"))
def clean(
    everything: Annotated[bool, typer.Option("--all", help="Remove all cached templates and models.")] = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    plain: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Remove the templates that were not used for 30 days."""
    from dazzle_infra.cli.output import Output
    from dazzle_infra.templates.cache import clean as remove

    output = Output(as_json=as_json, quiet=quiet, plain=plain)
    removed = remove(None if everything else _DAYS * 86_400)
    for entry in removed:
        output.line(f"removed {entry.url or entry.path.name}")
    output.line(f"{len(removed)} templates removed")
    output.document({"removed": _documents(removed)})


def _documents(found: Sequence[Entry]) -> list[dict[str, Any]]:
    return [
        {
            "url": entry.url or None,
            "path": str(entry.path),
            "bytes": entry.size,
            "used": _second(entry.used),
            "fetched": _second(entry.fetched) if entry.fetched is not None else None,
        }
        for entry in found
    ]


def _megabytes(size: int) -> str:
    return f"{size / 1_000_000:8.1f} MB"


def _day(seconds: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(seconds))


def _second(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))
