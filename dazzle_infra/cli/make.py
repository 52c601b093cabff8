"""The commands that write: their options; what they do is in modules that are imported when they run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from dazzle_infra.cli.options import (
    AllOption,
    AppspecOption,
    BackendsArgument,
    CheckToolsOption,
    DebugOption,
    DryRunOption,
    JsonOption,
    NoColorOption,
    OfflineOption,
    Options,
    ProjectOption,
    QuietOption,
    RetireOption,
    TemplateOption,
    ToOption,
    VerboseOption,
)
from dazzle_infra.errors import UsageError

__all__ = ["scaffold_command", "undo", "update"]


def scaffold_command(names: tuple[str, ...]) -> Callable[..., None]:
    """Return the command that makes these backends, or those that dazzle.toml names where none is given."""

    def command(
        project: ProjectOption = Path(),
        appspec: AppspecOption = None,
        template: TemplateOption = None,
        offline: OfflineOption = False,
        dry_run: DryRunOption = False,
        as_json: JsonOption = False,
        quiet: QuietOption = False,
        verbose: VerboseOption = False,
        check_tools: CheckToolsOption = False,
        plain: NoColorOption = False,
        debug: DebugOption = False,
    ) -> None:
        from dazzle_infra.engine.render import Workers
        from dazzle_infra.templates import TEMPLATE_NAMES, require_git

        require_git()
        # Started before anything else is imported: they are ready when it is known what they will render.
        with Workers(len(names) or len(TEMPLATE_NAMES)) as workers:
            from dazzle_infra.cli.scaffold import run_scaffold

            options = Options(
                project, appspec, dry_run, as_json, quiet, verbose, plain, template, offline, check_tools=check_tools
            )
            run_scaffold(names, options, workers)

    return command


def _refuse_with_all(**chosen: bool) -> None:
    for name, is_there in chosen.items():
        if is_there:
            raise UsageError(f"{name} is for one application, and --all is for many", hint="name one with -C")


def update(
    names: BackendsArgument = None,
    to: ToOption = None,
    retire: RetireOption = None,
    resume: Annotated[bool, typer.Option("--continue", help="Say that the conflicts are resolved.")] = False,
    cancel: Annotated[bool, typer.Option("--abort", help="Take back an update that left conflicts.")] = False,
    restored: Annotated[
        list[str] | None, typer.Option("--restore", metavar="PATH", help="Bring back a file that you deleted.")
    ] = None,
    mend: Annotated[bool, typer.Option("--repair", help="Restore an answers file that was lost or edited.")] = False,
    template: TemplateOption = None,
    offline: OfflineOption = False,
    every: AllOption = False,
    project: ProjectOption = Path(),
    appspec: AppspecOption = None,
    dry_run: DryRunOption = False,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    plain: NoColorOption = False,
    debug: DebugOption = False,
) -> int:
    """Take template releases and model changes into the files; your edits are kept."""
    from dazzle_infra.cli import update as work

    options = Options(project, appspec, dry_run, as_json, quiet, verbose, plain, template, offline)
    if every:
        from dazzle_infra.cli.many import run_many

        _refuse_with_all(**{"--continue": resume, "--abort": cancel, "--repair": mend})
        _refuse_with_all(**{"--restore": bool(restored), "--retire": bool(retire)})
        return run_many(names or (), options, to=to)
    if resume:
        return work.run_continue(options)
    if cancel:
        return work.run_abort(options)
    if mend:
        return work.run_repair(names or (), options)
    if restored:
        return work.run_restore(restored, options)
    return work.run_update(names or (), options, work.PlanOptions(to, retire or ()))


def undo(
    project: ProjectOption = Path(),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    plain: NoColorOption = False,
    debug: DebugOption = False,
) -> int:
    """Take back the last update."""
    from dazzle_infra.cli.update import run_undo

    return run_undo(Options(project, None, as_json=as_json, quiet=quiet, plain=plain))
