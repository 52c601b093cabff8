"""`plan`: the changes of an update."""

from __future__ import annotations

from typing import Annotated

import typer

from dazzle_infra.cli.options import (
    BackendsArgument,
    Options,
    RelocateOption,
    RenameOption,
    RetireOption,
    ToOption,
    command,
)

__all__ = ["plan"]


@command("template", "offline", "project", "appspec", "as_json", "quiet", "verbose", "plain")
def plan(
    options: Options,
    names: BackendsArgument = None,
    to: ToOption = None,
    retire: RetireOption = None,
    rename: RenameOption = False,
    relocate: RelocateOption = None,
    diff: Annotated[bool, typer.Option("--diff", help="Print the unified diff.")] = False,
    stat: Annotated[bool, typer.Option("--stat", help="Show the number of changed lines of each file.")] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit 3 if changes are pending, 4 if there are conflicts.")
    ] = False,
) -> int:
    """Show what `update` would change, and why."""
    from dazzle_infra.cli.update import PlanOptions, run_plan
    from dazzle_infra.operations.target import RequestedChanges

    requested = RequestedChanges(retire or (), rename, relocate or ())
    return run_plan(names or (), options, PlanOptions(to, requested, diff, stat, exit_code))
