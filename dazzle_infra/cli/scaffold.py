"""`docker`, `terraform` and `all`: the first scaffolding."""

from __future__ import annotations

from collections.abc import Sequence

from dazzle_infra.appspec import AppSpec, LoadedAppSpec
from dazzle_infra.backends import Application, Scaffolded, scaffold
from dazzle_infra.cli.choosing import named_backends, refuse_one_for_many
from dazzle_infra.cli.explain import reason
from dazzle_infra.cli.loading import load
from dazzle_infra.cli.options import Options
from dazzle_infra.cli.output import Output, note_branch, output_of
from dazzle_infra.cli.recovery import clear_up_first
from dazzle_infra.cli.tools import Finding, print_findings, tools_of
from dazzle_infra.engine import Workers
from dazzle_infra.errors import NothingToDoError

__all__ = ["run_scaffold"]


def run_scaffold(names: Sequence[str], options: Options, workers: Workers) -> None:
    """Make the files of the backends named, or of those that dazzle.toml names."""
    output = output_of(options)
    with output.progress("reading the model"):
        application, loaded = load(options)
    chosen = named_backends(names or application.manifest.infra.backends)
    refuse_one_for_many(options.template, [one.name for one in chosen], f"dazzle infra {chosen[0].name}")
    if not options.dry_run:
        clear_up_first(output, application.project)
    tools = [tool for one in chosen for tool in tools_of(one.name)] if options.check_tools else []
    checked = {"tools": [vars(tool) for tool in tools]} if options.check_tools else {}
    try:
        with output.progress(f"rendering {', '.join(one.name for one in chosen)}"):
            made = scaffold(application, chosen, dry_run=options.dry_run, workers=workers)
    except NothingToDoError as error:
        error.besides.update(checked)
        if output.shows_text:
            _print_tools(output, tools)
        raise
    for one in made:
        note_branch(output, one.backend.name, one)
    if output.shows_text:
        _print_application(output, application, loaded)
        _print_needs(output, application)
        _print_made(output, made, options)
        _print_tools(output, tools)
        _print_next(output, made)
    output.document({"backends": [_backend(one) for one in made], **checked})


def _print_application(output: Output, application: Application, loaded: LoadedAppSpec) -> None:
    appspec = application.appspec
    cached = " (cached)" if loaded.cached else ""
    output.line(
        (f"{appspec.title or appspec.name} {appspec.version}", "bold"),
        f" · {_summary(appspec)}",
        (f"   model read in {loaded.seconds:.1f} s{cached}", "dim"),
    )
    output.line()


def _summary(appspec: AppSpec) -> str:
    """Count the constructs that people think of first."""
    counted = {
        ("entity", "entities"): sum(not entity.is_platform for entity in appspec.entities),
        ("integration", "integrations"): len(appspec.integrations),
        ("process", "processes"): len(appspec.processes),
        ("schedule", "schedules"): len(appspec.schedules),
    }
    return ", ".join(f"{count} {one if count == 1 else many}" for (one, many), count in counted.items() if count)


def _print_needs(output: Output, application: Application) -> None:
    runtime = application.manifest.runtime
    if runtime.name != "dazzle":
        source = f"   {runtime.evidence.source}" if runtime.evidence.source else ""
        output.line(f"  {'runtime':<11} ", (runtime.name, "green"), f"   {reason(runtime.evidence)}", (source, "dim"))
    for requirement in application.inferred:
        if not (requirement.needed or output.verbose):
            continue
        first, *others = requirement.evidence
        more = f" and {len(others)} more" if others else ""
        answer = ("yes", "green") if requirement.needed else ("no ", "dim")
        source = f"   {first.source}" if first.source else ""
        output.line(f"  {requirement.name:<11} ", answer, f"   {reason(first)}{more}", (source, "dim"))
    absent = [requirement.name for requirement in application.inferred if not requirement.needed]
    if absent and not output.verbose:
        output.line("  not needed: ", ", ".join(absent), ("   dazzle infra explain says why", "dim"))
    output.line()


def _print_made(output: Output, made: Sequence[Scaffolded], options: Options) -> None:
    for one in made:
        count = f"{len(one.files)} file{'s' if len(one.files) != 1 else ''}"
        state = "exists already" if one.existed and not one.files else count
        if one.existed and one.files:
            state = f"exists already; {', '.join(f'{path} {kind}' for path, kind in one.files.items())}"
        output.line(
            f"  {one.backend.name:<11} {one.directory:<18} {state:>9}   ",
            (f"template {one.version}", "dim"),
        )
    if options.dry_run:
        output.line()
        output.line("nothing was written (--dry-run)")
    output.line()


def _print_tools(output: Output, tools: Sequence[Finding]) -> None:
    if tools:
        print_findings(output, tools)
        output.line()


def _print_next(output: Output, made: Sequence[Scaffolded]) -> None:
    label = "Next   "
    for step in [step for one in made for step in one.next_steps]:
        output.line((label, "bold"), step)
        label = " " * len(label)


def _backend(one: Scaffolded) -> dict[str, object]:
    return {
        "name": one.backend.name,
        "directory": one.directory,
        "template": {"source": one.source, "to": one.version},
        "files": [{"path": path, "class": kind} for path, kind in one.files.items()],
        "next_steps": list(one.next_steps),
    }
