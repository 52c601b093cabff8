"""`update`: merging template releases and model changes into the files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

import typer

from dazzle_infra.cli.options import (
    AllOption,
    BackendsArgument,
    Options,
    RelocateOption,
    RenameOption,
    RetireOption,
    ToOption,
    command,
)
from dazzle_infra.errors import UsageError

__all__ = ["update"]

_WITH: dict[str, set[str]] = {
    "--all": {"a folder", "--to", "--template", "--dry-run", "--markers-only"},
    "--continue": set(),
    "--abort": set(),
    "--restore": set(),
    "--repair": {"a backend", "--template"},
}
"""Options of `update` that replace its usual work, and the options that each allows."""


def _refuse_together(given: Mapping[str, object]) -> None:
    """Refuse options of which one would be ignored: a `--dry-run` that writes would be the worst of them."""
    stated = [name for name, value in given.items() if value]
    for name in stated:
        for other in stated:
            if name in _WITH and other != name and other not in _WITH[name]:
                raise UsageError(f"{name} and {other} are mutually exclusive", hint="remove one of them")


@command("template", "offline", "project", "appspec", "dry_run", "as_json", "quiet", "verbose", "plain")
def update(
    options: Options,
    names: BackendsArgument = None,
    to: ToOption = None,
    retire: RetireOption = None,
    rename: RenameOption = False,
    relocate: RelocateOption = None,
    resume: Annotated[bool, typer.Option("--continue", help="Finish an update whose conflicts are resolved.")] = False,
    cancel: Annotated[bool, typer.Option("--abort", help="Revert an update that left conflicts.")] = False,
    restored: Annotated[
        list[str] | None,
        typer.Option("--restore", metavar="PATH", help="Restore a missing file, or all missing files of a folder."),
    ] = None,
    mend: Annotated[bool, typer.Option("--repair", help="Restore an answers file that was lost or edited.")] = False,
    move: Annotated[
        bool,
        typer.Option("--move", help="Move the files to the directory that dazzle.toml names, and update them."),
    ] = False,
    markers_only: Annotated[
        bool,
        typer.Option("--markers-only", help="Write conflict markers to the files only; keep git's index."),
    ] = False,
    every: AllOption = False,
) -> int:
    """Merge template releases and model changes into the files; your edits are kept."""
    given: dict[str, object] = {
        "--all": every,
        "--continue": resume,
        "--abort": cancel,
        "--restore": restored,
        "--repair": mend,
    }
    given |= {
        "a folder" if every else "a backend": names,
        "--to": to,
        "--retire": retire,
        "--template": options.template,
    }
    given |= {"--rename": rename, "--relocate": relocate}
    _refuse_together(given | {"--dry-run": options.dry_run, "--markers-only": markers_only, "--move": move})
    if every:
        from dazzle_infra.cli.many import run_many

        return run_many(names or (), options, to=to, markers_only=markers_only)
    if resume or cancel or restored or mend:
        from dazzle_infra.cli import afterwards

        if resume:
            return afterwards.run_continue(options)
        if cancel:
            return afterwards.run_abort(options)
        return afterwards.run_restore(restored, options) if restored else afterwards.run_repair(names or (), options)
    from dazzle_infra.cli.update import PlanOptions, run_update
    from dazzle_infra.operations.target import RequestedChanges

    requested = RequestedChanges(retire or (), rename, relocate or ())
    return run_update(names or (), options, PlanOptions(to, requested, markers_only=markers_only, move=move))
