"""`update`, `plan`, `check`, `status`: taking changes into files that people have edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dazzle_infra.backends import Application, Backend, Plan, backends, plan
from dazzle_infra.backends.existing import RECORDED
from dazzle_infra.backends.repair import remember_answers
from dazzle_infra.backends.update import carry_out, refuse_open_conflicts
from dazzle_infra.cli.changes import describe, print_diff, print_plan, print_stat
from dazzle_infra.cli.choosing import named_backends, refuse_one_for_many
from dazzle_infra.cli.documents import any_pending, document_of
from dazzle_infra.cli.loading import load
from dazzle_infra.cli.options import Options
from dazzle_infra.cli.output import Output, note_branch, output_of
from dazzle_infra.cli.recovery import clear_up_first
from dazzle_infra.engine import refuse_leftover
from dazzle_infra.engine.backup import kept_files, open_backup
from dazzle_infra.errors import ExitCode, UsageError
from dazzle_infra.templates.changelog import changelog_between
from dazzle_infra.templates.memory import remembering

__all__ = [
    "PlanOptions",
    "run_check",
    "run_plan",
    "run_status",
    "run_update",
]


@dataclass(frozen=True)
class PlanOptions:
    """What the options of these commands say besides."""

    to: str | None = None
    retire: Sequence[str] = field(default=())
    diff: bool = False
    stat: bool = False
    exit_code: bool = False


@remembering()
def run_plan(names: Sequence[str], options: Options, chosen: PlanOptions) -> int:
    """Print what an update would do."""
    output = output_of(options)
    application, _ = load(options)
    refuse_leftover(application.project)
    plans = plan(
        application,
        _chosen(names, options, chosen, application),
        to=chosen.to,
        retire=chosen.retire,
        with_edits=True,
    )
    for one in plans:
        note_branch(output, one.existing.backend.name, one.target.template)
    _name_missing(output, names, application, plans)
    for one in plans:
        print_plan(output, one)
        if chosen.stat:
            print_stat(output, one)
        if chosen.diff:
            print_diff(output, one)
    _print_apply(output, plans)
    output.document(document_of(plans))
    has_conflicts = any(one.changes.has_conflicts for one in plans)
    if not chosen.exit_code:
        return ExitCode.OK
    return ExitCode.CONFLICTS if has_conflicts else ExitCode.PENDING if any_pending(plans) else ExitCode.OK


@remembering()
def run_check(names: Sequence[str], options: Options) -> int:
    """Say by the exit status whether the model or a template has moved on."""
    output = output_of(options)
    application, _ = load(options)
    refuse_leftover(application.project)
    refuse_open_conflicts(application.project)
    plans = plan(application, named_backends(names))
    for one in plans:
        note_branch(output, one.existing.backend.name, one.target.template)
    for one in plans:
        name = one.existing.backend.name
        if one.moves_template:
            old, new = one.existing.template, one.target.template
            if old.source != new.source:
                output.line(f"{name}: another template: {old.source} → {new.source}")
            if old.version != new.version:
                output.line(f"{name}: the template has moved on: {old.version} → {new.version}")
            for version, text in changelog_between(new, old.version).items():
                output.line(f"  {version}", *((f"\n    {line}", "dim") for line in text.splitlines() if line.strip()))
        for answer in one.answers:
            # What the other version asks for, or answers itself, is the template's doing.
            is_asked = answer.name in one.existing.recorded.answers and answer.name in one.target.asked
            mover = "model has moved on" if is_asked or not one.moves_template else "template asks otherwise"
            output.line(f"{name}: the {mover}: {describe(answer)} ({answer.because})")
    output.document(document_of(plans))
    return ExitCode.PENDING if any_pending(plans) else ExitCode.OK


def run_status(options: Options) -> int:
    """Print one table of all backends: versions, edits, conflicts left."""
    output = output_of(options)
    application, _ = load(options)
    refuse_leftover(application.project)
    plans = plan(application, backends(), to=RECORDED, with_edits=True)
    left = open_backup(application.project)
    files = kept_files(application.project)
    kept = [_kept(files, one) for one in plans]
    for one, paths in zip(plans, kept, strict=True):
        output.line(
            (f"{one.existing.backend.name:<11} ", "bold"), f"{one.existing.directory}   {one.existing.template.version}"
        )
        for edit in one.edited:
            output.line(f"  {edit.state:<13} {edit.path}{f' → {edit.to}' if edit.to else ''}")
        for path in paths:
            output.line(f"  kept          {path}")
    for path in left.conflicts if left is not None else ():
        output.line(("  conflict      ", "red"), path)
    document = document_of(plans)
    document["conflicts"] = list(left.conflicts) if left is not None else []
    for shown, one, paths in zip(document["backends"], plans, kept, strict=True):
        shown["edited"] = [{"path": edit.path, "state": edit.state, "to": edit.to} for edit in one.edited]
        shown["kept"] = paths
    output.document(document)
    return ExitCode.OK


def _kept(files: Sequence[str], one: Plan) -> list[str]:
    """Return what the template or an answer dropped and a person kept, relative to the backend's directory."""
    folder = f"{one.existing.directory}/"
    own = [path.removeprefix(folder) for path in files if path.startswith(folder)]
    return sorted([*own, *(dropped.path for dropped in one.kept)])


@remembering()
def run_update(names: Sequence[str], options: Options, chosen: PlanOptions) -> int:
    """Apply what `plan` prints."""
    output = output_of(options)
    application, _ = load(options)
    if options.dry_run:
        refuse_leftover(application.project)
    else:
        clear_up_first(output, application.project)
    refuse_open_conflicts(application.project)
    plans = plan(application, _chosen(names, options, chosen, application), to=chosen.to, retire=chosen.retire)
    for one in plans:
        note_branch(output, one.existing.backend.name, one.target.template)
    _name_missing(output, names, application, plans)
    for one in plans:
        print_plan(output, one)
    applied = carry_out(application.project, plans, dry_run=options.dry_run)
    for one in plans if applied.files else ():
        remember_answers(application.project, one.existing.directory)
    has_conflicts = any(one.changes.has_conflicts for one in plans)
    if options.dry_run:
        output.line("nothing was written (--dry-run)")
    elif has_conflicts:
        output.line(("conflicts are left for you:", "bold red"), " resolve them, then dazzle infra update --continue")
        output.line("                            or dazzle infra update --abort")
    elif applied.files:
        output.line(f"{applied.files} files written; dazzle infra undo takes it back")
    else:
        output.line("everything is up to date")
    output.document({**document_of(plans), "applied": applied.files > 0, "backup": applied.backup})
    return ExitCode.CONFLICTS if has_conflicts else ExitCode.OK


def _name_missing(output: Output, names: Sequence[str], application: Application, plans: Sequence[Plan]) -> None:
    """Say which command makes a backend that is wanted and was never made."""
    made = {one.existing.backend.name for one in plans}
    for name in names or application.manifest.infra.backends:
        if name not in made:
            output.note(f"{name} was never made; dazzle infra {name} makes it")


def _chosen(names: Sequence[str], options: Options, chosen: PlanOptions, application: Application) -> list[Backend]:
    """Return the backends of a run that may name another template for one of them."""
    if options.template is None:
        return named_backends(names)
    if chosen.to == RECORDED:
        raise UsageError("--template and --to recorded exclude each other", hint="leave one of them out")
    wanted = list(dict.fromkeys(names)) or application.manifest.infra.backends
    refuse_one_for_many(options.template, wanted, f"dazzle infra update {wanted[0]}")
    return named_backends(wanted)


def _print_apply(output: Output, plans: Sequence[Plan]) -> None:
    if any_pending(plans):
        output.line("apply with    dazzle infra update")
