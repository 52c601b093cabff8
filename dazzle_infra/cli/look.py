"""The commands that look: their options; what they do is in modules that are imported when they run."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dazzle_infra.cli.options import (
    AllOption,
    AppspecOption,
    BackendsArgument,
    DebugOption,
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

__all__ = ["check", "doctor", "explain", "plan", "schema", "status"]


def plan(
    names: BackendsArgument = None,
    to: ToOption = None,
    retire: RetireOption = None,
    diff: Annotated[bool, typer.Option("--diff", help="Print the unified diff.")] = False,
    stat: Annotated[bool, typer.Option("--stat", help="Print how many lines change.")] = False,
    exit_code: Annotated[
        bool, typer.Option("--exit-code", help="Exit 3 for pending changes, 4 for conflicts.")
    ] = False,
    template: TemplateOption = None,
    offline: OfflineOption = False,
    project: ProjectOption = Path(),
    appspec: AppspecOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    plain: NoColorOption = False,
    debug: DebugOption = False,
) -> int:
    """Print what `update` would do, and why."""
    from dazzle_infra.cli.update import PlanOptions, run_plan

    options = Options(project, appspec, False, as_json, quiet, verbose, plain, template, offline)
    return run_plan(names or (), options, PlanOptions(to, retire or (), diff, stat, exit_code))


def check(
    names: BackendsArgument = None,
    offline: OfflineOption = False,
    every: AllOption = False,
    project: ProjectOption = Path(),
    appspec: AppspecOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    plain: NoColorOption = False,
    debug: DebugOption = False,
) -> int:
    """Exit 3 if the model or a template has moved on."""
    options = Options(project, appspec, False, as_json, quiet, False, plain, offline=offline)
    if every:
        from dazzle_infra.cli.many import run_many

        return run_many(names or (), options, is_check=True)
    from dazzle_infra.cli.update import run_check

    return run_check(names or (), options)


def status(
    offline: OfflineOption = False,
    project: ProjectOption = Path(),
    appspec: AppspecOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    plain: NoColorOption = False,
    debug: DebugOption = False,
) -> int:
    """Print versions, your edits, and conflicts that are left."""
    from dazzle_infra.cli.update import run_status

    return run_status(Options(project, appspec, False, as_json, quiet, False, plain, offline=offline))


def explain(
    project: ProjectOption = Path(),
    appspec: AppspecOption = None,
    as_json: JsonOption = False,
    quiet: QuietOption = False,
    verbose: VerboseOption = False,
    plain: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Say what the application needs, what not, and why."""
    from dazzle_infra.cli.explain import run_explain

    run_explain(Options(project, appspec, False, as_json, quiet, verbose, plain))


def doctor(
    project: ProjectOption = Path(),
    as_json: JsonOption = False,
    plain: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Say which tools are there, and what each absence means."""
    from dazzle_infra.cli.doctor import run_doctor

    run_doctor(Options(project, None, as_json=as_json, plain=plain))


def schema(debug: DebugOption = False) -> None:
    """Print the JSON Schema of dazzle.toml, for editors."""
    from dazzle_infra.cli.schema import run_schema

    run_schema()
