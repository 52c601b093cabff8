"""The work of `plan` and `update`."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dazzle_infra.backends import Application, Backend
from dazzle_infra.cli.changes import print_diff, print_plan, print_stat
from dazzle_infra.cli.choosing import named_backends, refuse_one_for_many
from dazzle_infra.cli.documents import any_pending, document_of
from dazzle_infra.cli.git_notes import note_git_view, note_missing, view_document
from dazzle_infra.cli.hook_reports import failed_hooks, note_hooks, note_packages, print_hooks
from dazzle_infra.cli.identity import warn_of_replaced
from dazzle_infra.cli.loading import load
from dazzle_infra.cli.options import Options
from dazzle_infra.cli.output import Output, note_branch, note_ignored, output_of
from dazzle_infra.cli.printer import unbroken
from dazzle_infra.cli.recovery import clear_up_first
from dazzle_infra.errors import ExitCode, UsageError
from dazzle_infra.hooks import project_option
from dazzle_infra.operations.answers_copies import remember_answers
from dazzle_infra.operations.conflicts import left_files, open_conflicts, refuse_left_conflicts, refuse_open_conflicts
from dazzle_infra.operations.plan import Plan, plan
from dazzle_infra.operations.scopes import refuse_leftovers
from dazzle_infra.operations.target import RECORDED, RequestedChanges
from dazzle_infra.operations.update import carry_out
from dazzle_infra.templates.memory import remembering
from dazzle_infra.values.program import program

__all__ = [
    "PlanOptions",
    "run_plan",
    "run_update",
]


@dataclass(frozen=True)
class PlanOptions:
    """The options of `plan` and `update` that other commands do not have."""

    to: str | None = None
    requested: RequestedChanges = field(default_factory=RequestedChanges)
    diff: bool = False
    stat: bool = False
    exit_code: bool = False
    markers_only: bool = False
    move: bool = False


@remembering()
def run_plan(names: Sequence[str], options: Options, chosen: PlanOptions) -> int:
    """Print the plan of an update."""
    output = output_of(options)
    application, _ = load(options)
    refuse_leftovers(application.project)
    plans = plan(
        application,
        _chosen(names, options, chosen, application),
        to=chosen.to,
        requested=chosen.requested,
        with_edits=True,
    )
    for one in plans:
        note_branch(output, one.existing.backend.name, one.target.template)
        note_ignored(output, f"{one.target.template.source} {one.target.template.version}", one.target.ignored)
    _note_missing(output, names, application, plans, with_default=True)
    for one in plans:
        print_plan(output, one, with_changelog=True)
        if chosen.stat:
            print_stat(output, one)
        if chosen.diff:
            print_diff(output, one)
        warn_of_replaced(output, one.existing.backend.name, one.identity)
    _note_warnings(output, application, plans)
    note_missing(output, application.project, plans)
    _report_hooks(output, plans)
    _print_apply(output, application.project, names, plans, chosen, options)
    output.document(document_of(plans))
    left = open_conflicts(application.project)
    if left:
        output.note(f"conflicts of an earlier update are left: {', '.join(left)}")
    others = sorted({path for one in plans for path in left_files(one.existing)} - set(left))
    if others:
        output.note(
            f"conflicts of git or Copier are left: {', '.join(others)}; `update` is refused until they are resolved"
        )
    has_conflicts = bool(left or others) or any(one.changes.has_conflicts for one in plans)
    if not chosen.exit_code:
        return ExitCode.OK
    return ExitCode.CONFLICTS if has_conflicts else ExitCode.PENDING if any_pending(plans) else ExitCode.OK


@remembering()
def run_update(names: Sequence[str], options: Options, chosen: PlanOptions) -> int:
    """Print the plan of an update and apply it."""
    output = output_of(options)
    application, _ = load(options)
    if options.dry_run:
        refuse_leftovers(application.project)
    else:
        clear_up_first(output, application.project)
    refuse_open_conflicts(application.project)
    backends = _chosen(names, options, chosen, application)
    plans = plan(
        application, backends, to=chosen.to, requested=chosen.requested, move=chosen.move, dry_run=options.dry_run
    )
    refuse_left_conflicts([one.existing for one in plans])
    for one in plans:
        note_branch(output, one.existing.backend.name, one.target.template)
        note_ignored(output, f"{one.target.template.source} {one.target.template.version}", one.target.ignored)
    _note_missing(output, names, application, plans)
    for one in plans:
        print_plan(output, one)
        warn_of_replaced(output, one.existing.backend.name, one.identity)
    _note_warnings(output, application, plans)
    applied = carry_out(application.project, plans, dry_run=options.dry_run, markers_only=chosen.markers_only)
    for one in plans if applied.backup else ():
        remember_answers(one.existing.root, one.existing.new_place)
        note_git_view(output, one.existing.backend, applied.git[one.existing.new_place])
    note_missing(output, application.project, plans)
    _report_hooks(output, plans)
    has_conflicts = any(one.changes.has_conflicts for one in plans)
    if options.dry_run:
        output.line("nothing was written (--dry-run)")
    elif has_conflicts:
        output.line(("Conflicts remain.", "bold red"), " Resolve them, then run one of:")
        where = project_option(application.project)
        output.line(f"  {program()} update{where} --continue   (after resolving them)", hang=4)
        output.line(f"  {program()} update{where} --abort      (revert the update)", hang=4)
    elif applied.backup:
        undo = unbroken(f"{program()} undo{project_option(application.project)}")
        count = f"{applied.files} file{'s' if applied.files != 1 else ''}"
        output.line(f'{count} written; run "{undo}" to revert')
    else:
        output.line("everything is up to date")
    result = {"applied": applied.backup is not None, "backup": applied.backup, **view_document(*applied.git.values())}
    has_failed = failed_hooks(one.hooks for one in plans)
    output.document({"ok": not has_failed, **document_of(plans), **result})
    output.commands([step for one in plans for report in one.hooks.reports for step in report.next_steps])
    return ExitCode.ERROR if has_failed else ExitCode.CONFLICTS if has_conflicts else ExitCode.OK


def _note_warnings(output: Output, application: Application, plans: Sequence[Plan]) -> None:
    """Print what the first generation warns of, for each backend whose files change."""
    for one in plans:
        for warning in one.existing.backend.warnings(application) if one.is_pending else ():
            output.note(f"warning: {warning}")


def _report_hooks(output: Output, plans: Sequence[Plan]) -> None:
    for one in plans:
        note_hooks(output, one.existing.backend.name, one.hooks)
    note_packages(output, [one.hooks for one in plans])
    print_hooks(output, [report for one in plans for report in one.hooks.reports])


def _note_missing(
    output: Output,
    names: Sequence[str],
    application: Application,
    plans: Sequence[Plan],
    *,
    with_default: bool = False,
) -> None:
    """Print the command that generates a requested backend without files.

    Args:
        output: The output of the command.
        names: The backends of the command line.
        application: The application; its dazzle.toml may name backends too.
        plans: The backends that have files.
        with_default: Whether the default of `[infra] backends` counts as a request. Many applications use only one
            backend, so only a command for all backends mentions it.
    """
    made = {one.existing.backend.name for one in plans}
    counts = with_default or application.manifest.says("infra", "backends")
    for name in names or (application.manifest.infra.backends if counts else ()):
        if name not in made:
            command = f"{program()}{project_option(application.project)} {name}"
            output.note(f"{name}: not generated yet; run {unbroken(command)}")


def _chosen(names: Sequence[str], options: Options, chosen: PlanOptions, application: Application) -> list[Backend]:
    """Return the backends of a run, in which `--template` may name another template for one of them."""
    if options.template is None:
        return named_backends(names, application.manifest)
    if chosen.to == RECORDED:
        raise UsageError("--template and --to recorded are mutually exclusive", hint="remove one of them")
    wanted = list(dict.fromkeys(names)) or application.manifest.infra.backends
    refuse_one_for_many(options.template, wanted, f"{program()} update {wanted[0]}")
    return named_backends(wanted, application.manifest)


def _print_apply(
    output: Output, project: Path, names: Sequence[str], plans: Sequence[Plan], chosen: PlanOptions, given: Options
) -> None:
    """Print the command that applies the plan, with the options on which the plan depends."""
    if not any_pending(plans):
        return
    words = [*names]
    words += ["--to", chosen.to] if chosen.to is not None else []
    words += ["--template", given.template] if given.template is not None else []
    words += ["--appspec", given.appspec] if given.appspec is not None and given.appspec != "-" else []
    words += [word for name in chosen.requested.retire for word in ("--retire", name)]
    words += ["--rename"] if chosen.requested.rename else []
    words += [word for name in chosen.requested.relocate for word in ("--relocate", name)]
    options = f" {shlex.join(words)}" if words else ""
    output.line(f"To apply:     {program()} update{project_option(project)}{options}", hang=14)
