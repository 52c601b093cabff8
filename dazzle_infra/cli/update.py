"""`update`, `plan`, `check`, `status`, `undo`: taking changes into files that people have edited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from dazzle_infra.backends import Application, Backend, Plan, backend, backends, plan
from dazzle_infra.backends.repair import refresh_copies, remember_answers, repair
from dazzle_infra.backends.restore import restore
from dazzle_infra.backends.update import Applied, abort, carry_out, finish, refuse_open_conflicts, undo
from dazzle_infra.cli.changes import addresses_document, describe, note_branches, print_diff, print_plan, print_stat
from dazzle_infra.cli.loading import load
from dazzle_infra.cli.options import Options
from dazzle_infra.cli.output import Output
from dazzle_infra.cli.recovery import clear_up_first
from dazzle_infra.engine import refuse_leftover
from dazzle_infra.engine.backup import open_backup
from dazzle_infra.errors import ExitCode, UsageError
from dazzle_infra.templates import EMBEDDED
from dazzle_infra.templates.changelog import changelog_between

__all__ = [
    "PlanOptions",
    "run_abort",
    "run_check",
    "run_continue",
    "run_plan",
    "run_repair",
    "run_restore",
    "run_status",
    "run_undo",
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


def run_plan(names: Sequence[str], options: Options, chosen: PlanOptions) -> int:
    """Print what an update would do."""
    output = _output(options)
    application, _ = load(options)
    refuse_leftover(application.project)
    plans = plan(
        application,
        _chosen(names, options, chosen, application),
        to=chosen.to,
        retire=chosen.retire,
        with_edits=True,
    )
    note_branches(output, plans)
    _name_missing(output, names, application, plans)
    for one in plans:
        print_plan(output, one)
        if chosen.stat:
            print_stat(output, one)
        if chosen.diff:
            print_diff(output, one)
    _print_apply(output, plans)
    output.document(_document(plans))
    has_conflicts = any(one.changes.has_conflicts for one in plans)
    if not chosen.exit_code:
        return ExitCode.OK
    return ExitCode.CONFLICTS if has_conflicts else ExitCode.PENDING if _pending(plans) else ExitCode.OK


def run_check(names: Sequence[str], options: Options) -> int:
    """Say by the exit status whether the model or a template has moved on."""
    output = _output(options)
    application, _ = load(options)
    refuse_leftover(application.project)
    refuse_open_conflicts(application.project)
    plans = plan(application, _backends(names))
    note_branches(output, plans)
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
            output.line(f"{name}: the model has moved on: {describe(answer)} ({answer.because})")
    output.document(_document(plans))
    return ExitCode.PENDING if _pending(plans) else ExitCode.OK


def run_status(options: Options) -> int:
    """Print one table of all backends: versions, edits, conflicts left."""
    output = _output(options)
    application, _ = load(options)
    refuse_leftover(application.project)
    plans = plan(application, backends(), to="recorded", with_edits=True)
    left = open_backup(application.project)
    for one in plans:
        output.line(
            (f"{one.existing.backend.name:<11} ", "bold"), f"{one.existing.directory}   {one.existing.template.version}"
        )
        for path, kind in one.edited.items():
            output.line(f"  {kind:<13} {path}")
    for path in left.conflicts if left is not None else ():
        output.line(("  conflict      ", "red"), path)
    document = _document(plans)
    document["conflicts"] = list(left.conflicts) if left is not None else []
    for shown, one in zip(document["backends"], plans, strict=True):
        shown["edited"] = [{"path": path, "state": kind} for path, kind in one.edited.items()]
    output.document(document)
    return ExitCode.OK


def run_update(names: Sequence[str], options: Options, chosen: PlanOptions) -> int:
    """Apply what `plan` prints."""
    output = _output(options)
    application, _ = load(options)
    if options.dry_run:
        refuse_leftover(application.project)
    else:
        clear_up_first(output, application.project)
    refuse_open_conflicts(application.project)
    plans = plan(application, _chosen(names, options, chosen, application), to=chosen.to, retire=chosen.retire)
    note_branches(output, plans)
    _name_missing(output, names, application, plans)
    for one in plans:
        print_plan(output, one)
    applied = Applied(0, None)
    if not options.dry_run:
        applied = carry_out(application.project, plans)
        for one in plans if applied.files else ():
            remember_answers(application.project, one.existing.directory)
    has_conflicts = any(one.changes.has_conflicts for one in plans)
    if has_conflicts:
        output.line(("conflicts are left for you:", "bold red"), " resolve them, then dazzle infra update --continue")
        output.line("                            or dazzle infra update --abort")
    elif applied.files:
        output.line(f"{applied.files} files written; dazzle infra undo takes it back")
    else:
        output.line("everything is up to date")
    output.document({**_document(plans), "applied": applied.files > 0, "backup": applied.backup})
    return ExitCode.CONFLICTS if has_conflicts else ExitCode.OK


def run_repair(names: Sequence[str], options: Options) -> int:
    """Restore answers files that are missing, broken or edited by hand."""
    output = _output(options)
    application, _ = load(options)
    clear_up_first(output, application.project)
    repaired = [done for one in _backends(names) if (done := repair(application, one)) is not None]
    for done in repaired:
        output.line(f"{done.path}: {done.origin}")
    if not repaired:
        output.line("no answers file needs repair")
    output.document({"repaired": [{"path": done.path, "origin": done.origin} for done in repaired]})
    return ExitCode.OK


def run_restore(paths: Sequence[str], options: Options) -> int:
    """Bring back files that a person deleted."""
    output = _output(options)
    application, _ = load(options)
    clear_up_first(output, application.project)
    refuse_open_conflicts(application.project)
    restored = restore(application, paths)
    output.line(f"brought back: {', '.join(restored)}")
    output.document({"restored": restored})
    return ExitCode.OK


def run_continue(options: Options) -> int:
    """Declare the conflicts of the last update resolved."""
    output = _output(options)
    clear_up_first(output, options.project.resolve())
    paths = finish(options.project.resolve())
    output.line(f"resolved: {', '.join(paths)}")
    output.document({"resolved": list(paths)})
    return ExitCode.OK


def run_abort(options: Options) -> int:
    """Take back an update that left conflicts."""
    clear_up_first(_output(options), options.project.resolve())
    return _taken_back(options, abort(options.project.resolve()))


def run_undo(options: Options) -> int:
    """Take back the last update."""
    return _taken_back(options, undo(options.project.resolve()))


def _name_missing(output: Output, names: Sequence[str], application: Application, plans: Sequence[Plan]) -> None:
    """Say which command makes a backend that is wanted and was never made."""
    made = {one.existing.backend.name for one in plans}
    for name in names or application.manifest.infra.backends:
        if name not in made:
            output.note(f"{name} was never made; dazzle infra {name} makes it")


def _taken_back(options: Options, applied: Applied) -> int:
    refresh_copies(options.project.resolve())
    output = _output(options)
    output.line(f"{applied.files} files are as they were; what was replaced is in {applied.backup}")
    output.document({"applied": applied.files > 0, "backup": applied.backup})
    return ExitCode.OK


def _output(options: Options) -> Output:
    return Output(as_json=options.as_json, quiet=options.quiet, verbose=options.verbose, plain=options.plain)


def _chosen(names: Sequence[str], options: Options, chosen: PlanOptions, application: Application) -> list[Backend]:
    """Return the backends of a run that may name another template for one of them."""
    template = options.template
    if template is None:
        return _backends(names)
    if chosen.to == "recorded":
        raise UsageError("--template and --to recorded exclude each other", hint="leave one of them out")
    wanted = names or application.manifest.infra.backends
    if len(wanted) > 1 and template != EMBEDDED and "{name}" not in template:
        raise UsageError(
            f"--template names one template for {' and '.join(wanted)}",
            hint="name the backend: dazzle infra update docker --template …; or write {name} into the template",
        )
    return _backends(wanted)


def _backends(names: Sequence[str]) -> list[Backend]:
    return [backend(name) for name in names] or list(backends())


def _pending(plans: Sequence[Plan]) -> bool:
    return any(one.is_pending for one in plans)


def _print_apply(output: Output, plans: Sequence[Plan]) -> None:
    if _pending(plans):
        output.line("apply with    dazzle infra update")


def _document(plans: Sequence[Plan]) -> dict[str, Any]:
    return {"changes": _pending(plans), "backends": [_backend(one) for one in plans]}


def _backend(one: Plan) -> dict[str, Any]:
    old, new = one.existing.template, one.target.template
    return {
        "name": one.existing.backend.name,
        "directory": one.existing.directory,
        "template": {
            "source": new.source,
            "from_source": old.source,
            "from": old.version,
            "to": new.version,
            "branch": new.branch,
        },
        "answers": [
            {"name": answer.name, "from": answer.before, "to": answer.after, "because": answer.because}
            for answer in one.answers
        ],
        "files": sorted([*_files(one), *_contributed(one)], key=lambda file: str(file["path"])),
        "addresses": addresses_document(one.addresses),
    }


def _files(one: Plan) -> list[dict[str, Any]]:
    return [
        {"path": change.path, "class": change.kind, "from_path": change.from_path, "detail": change.detail}
        for change in one.changes.changes
    ]


def _contributed(one: Plan) -> list[dict[str, Any]]:
    return [
        {
            "path": write.path.removeprefix(f"{one.existing.directory}/"),
            "class": "added" if write.before is None else "updated",
            "from_path": None,
            "detail": "its lines are secrets",
        }
        for write in one.contributed
    ]
