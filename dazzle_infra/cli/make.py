"""The commands that write: their options; what they do is in modules that are imported when they run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
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


_WITH: dict[str, set[str]] = {
    "--all": {"a folder", "--to", "--template", "--dry-run"},
    "--continue": set(),
    "--abort": set(),
    "--restore": set(),
    "--repair": {"a backend", "--template"},
}
"""What `update` does with an option instead of its own work, and what may stand beside that option."""


def _refuse_together(given: Mapping[str, object]) -> None:
    """Refuse options of which one would be ignored: a `--dry-run` that writes would be the worst of them."""
    stated = [name for name, value in given.items() if value]
    for name in stated:
        for other in stated:
            if name in _WITH and other != name and other not in _WITH[name]:
                raise UsageError(f"{name} and {other} exclude each other", hint="leave one of them out")


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
    given: dict[str, object] = {
        "--all": every,
        "--continue": resume,
        "--abort": cancel,
        "--restore": restored,
        "--repair": mend,
    }
    given |= {"a folder" if every else "a backend": names, "--to": to, "--retire": retire, "--template": template}
    _refuse_together(given | {"--dry-run": dry_run})
    options = Options(project, appspec, dry_run, as_json, quiet, verbose, plain, template, offline)
    if every:
        from dazzle_infra.cli.many import run_many

        return run_many(names or (), options, to=to)
    if resume or cancel or restored or mend:
        from dazzle_infra.cli import afterwards

        if resume:
            return afterwards.run_continue(options)
        if cancel:
            return afterwards.run_abort(options)
        return afterwards.run_restore(restored, options) if restored else afterwards.run_repair(names or (), options)
    from dazzle_infra.cli.update import PlanOptions, run_update

    return run_update(names or (), options, PlanOptions(to, retire or ()))


def undo(
    project: ProjectOption = Path(),
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    plain: NoColorOption = False,
    debug: DebugOption = False,
) -> int:
    """Take back the last update."""
    from dazzle_infra.cli.afterwards import run_undo

    return run_undo(Options(project, None, as_json=as_json, quiet=quiet, plain=plain))
