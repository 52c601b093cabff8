"""The options that commands share, and what they say."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "AllOption",
    "AppspecOption",
    "BackendsArgument",
    "CheckToolsOption",
    "DebugOption",
    "DryRunOption",
    "JsonOption",
    "NoColorOption",
    "OfflineOption",
    "Options",
    "ProjectOption",
    "QuietOption",
    "RetireOption",
    "TemplateOption",
    "ToOption",
    "VerboseOption",
]

ProjectOption = Annotated[
    Path, typer.Option("--project", "-C", metavar="DIR", help="The folder that holds dazzle.toml.", show_default=False)
]
AppspecOption = Annotated[
    str | None,
    typer.Option(
        "--appspec", metavar="FILE", help="Read the model from a JSON export (also .gz; - for standard input)."
    ),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", "-n", help="Do everything but write.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document, errors included.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors alone.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Print what is left out otherwise.")]
TemplateOption = Annotated[
    str | None,
    typer.Option("--template", metavar="SOURCE", help="Take this template: a git URL, a path, or `embedded`."),
]
OfflineOption = Annotated[bool, typer.Option("--offline", help="Use no network: take templates from the cache.")]
CheckToolsOption = Annotated[
    bool,
    typer.Option(
        "--check-tools", help="Say which tools that run the files are missing; the files are made all the same."
    ),
]
NoColorOption = Annotated[bool, typer.Option("--no-color", help="Print without colours; NO_COLOR does the same.")]
DebugOption = Annotated[bool, typer.Option("--debug", hidden=True, help="Print a traceback with an error.")]
AllOption = Annotated[
    bool, typer.Option("--all", help="Every application below a folder: `--all [ROOT]`, by default that of `-C`.")
]
ToOption = Annotated[
    str | None,
    typer.Option("--to", metavar="VERSION", help="Take this version, range or branch; `recorded` for model changes."),
]
BackendsArgument = Annotated[list[str] | None, typer.Argument(metavar="[BACKEND]...", show_default=False)]
RetireOption = Annotated[
    list[str] | None,
    typer.Option("--retire", metavar="ENVIRONMENT", help="Remove the folder of an environment that was dropped."),
]


@dataclass(frozen=True)
class Options:
    """What the options say that most commands share."""

    project: Path
    appspec: str | None
    dry_run: bool = False
    as_json: bool = False
    quiet: bool = False
    verbose: bool = False
    plain: bool = False
    template: str | None = None
    offline: bool = False
    check_tools: bool = False
