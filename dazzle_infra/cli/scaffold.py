"""The work of `docker`, `terraform` and `all`, which generate the files of a backend for the first time."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from dazzle_infra.appspec import AppSpec, LoadedAppSpec
from dazzle_infra.backends import Application
from dazzle_infra.backends.tools import Tool
from dazzle_infra.cli.choosing import named_backends, refuse_one_for_many
from dazzle_infra.cli.explain import heading, reason
from dazzle_infra.cli.git_notes import note_git_view, view_document
from dazzle_infra.cli.hook_reports import failed_hooks, note_hooks, note_packages, print_hooks, reports_document
from dazzle_infra.cli.identity import print_kept
from dazzle_infra.cli.loading import load
from dazzle_infra.cli.options import Options
from dazzle_infra.cli.output import Output, note_branch, note_ignored, output_of, place_document
from dazzle_infra.cli.printer import unbroken
from dazzle_infra.cli.recovery import clear_up_first
from dazzle_infra.cli.tools import print_tools
from dazzle_infra.errors import ExitCode, NothingToDoError
from dazzle_infra.hooks.tool_versions import FoundTools
from dazzle_infra.operations.scaffold import Scaffolded, scaffold
from dazzle_infra.project.runtimes import DEFAULT_RUNTIME
from dazzle_infra.rendering.pool import Workers
from dazzle_infra.values.program import program

__all__ = ["run_scaffold"]

_NAMED = 3
_NEEDS = 20
"""The column of the reasons."""


def run_scaffold(names: Sequence[str], options: Options, workers: Workers) -> int:
    """Generate the files of the named backends, or of those that dazzle.toml names.

    Returns:
        The exit code: 1 if a hook failed after the files were written.
    """
    output = output_of(options)
    with output.progress("reading the model"):
        application, loaded = load(options)
    chosen = named_backends(names or application.manifest.infra.backends, application.manifest)
    refuse_one_for_many(options.template, [one.name for one in chosen], f"{program()} {chosen[0].name}")
    if not options.dry_run:
        clear_up_first(output, application.project)
    # The tools are checked while the templates render, because an engine may respond slowly.
    with ThreadPoolExecutor(len(chosen)) as asking:
        asked = [asking.submit(one.tools) for one in chosen] if options.check_tools else []
        try:
            with output.progress(f"rendering {', '.join(one.name for one in chosen)}"):
                is_quiet = options.check_tools or not output.shows_text
                made = scaffold(application, chosen, dry_run=options.dry_run, is_quiet=is_quiet, workers=workers)
        except NothingToDoError as error:
            if options.check_tools:
                tools = [tool for one in asked for tool in one.result()]
                error.besides["tools"] = [vars(tool) for tool in tools]
                _print_tools(output, tools)
            raise
    tools = [tool for one in asked for tool in one.result()]
    for one in made:
        note_branch(output, one.backend.name, one)
        note_ignored(output, f"{one.source} {one.version}", one.ignored)
        note_git_view(output, one.backend, one.git)
        for warning in one.warnings:
            output.note(f"warning: {warning}")
        note_hooks(output, one.backend.name, one.hooks)
    note_packages(output, [one.hooks for one in made])
    if output.shows_text:
        _print_application(output, application, loaded)
        _print_needs(output, application)
        _print_made(output, made, options)
        _print_tools(output, tools)
        print_hooks(output, [report for one in made for report in one.hooks.reports])
        if not options.dry_run:
            _print_next(output, made)
    checked = {"tools": [vars(tool) for tool in tools]} if options.check_tools else {}
    has_failed = failed_hooks(one.hooks for one in made)
    output.document({"ok": not has_failed, "backends": [_backend(one) for one in made], **checked})
    return ExitCode.ERROR if has_failed else ExitCode.OK


def _print_application(output: Output, application: Application, loaded: LoadedAppSpec) -> None:
    cached = " (cached)" if loaded.cached else ""
    output.line(
        (heading(application), "bold"),
        f" · {_summary(application.appspec)}",
        (f"   {unbroken(f'model read in {loaded.seconds:.1f} s{cached}')}", "dim"),
        hang=2,
    )
    output.line()


def _summary(appspec: AppSpec) -> str:
    """Count the most common constructs."""
    counted = {
        ("entity", "entities"): sum(not entity.is_platform for entity in appspec.entities),
        ("integration", "integrations"): len(appspec.integrations),
        ("process", "processes"): len(appspec.processes),
        ("schedule", "schedules"): len(appspec.schedules),
    }
    return ", ".join(
        unbroken(f"{count} {one if count == 1 else many}") for (one, many), count in counted.items() if count
    )


def _print_needs(output: Output, application: Application) -> None:
    runtime = application.manifest.runtime
    if runtime.record is not DEFAULT_RUNTIME:
        source = f"   {unbroken(runtime.evidence.source)}" if runtime.evidence.source else ""
        shown = f"  {runtime.name}  {reason(runtime.evidence)}"
        output.line(f"  {'runtime':<11}", (shown, "green"), (source, "dim"), hang=_NEEDS)
    for requirement in application.inferred:
        if not (requirement.needed or output.verbose):
            continue
        first, *others = requirement.evidence
        more = f" {unbroken(f'(+{len(others)} more)')}" if others else ""
        answer = ("yes", "green") if requirement.needed else ("no ", "dim")
        source = f"   {unbroken(first.source)}" if first.source else ""
        output.line(f"  {requirement.name:<11}  ", answer, f"  {reason(first)}{more}", (source, "dim"), hang=_NEEDS)
    absent = [requirement.name for requirement in application.inferred if not requirement.needed]
    if absent and not output.verbose:
        why = unbroken(f"{program()} explain shows why")
        output.line(f"  not needed: {', '.join(absent)}", (f"   {why}", "dim"), hang=14)
    output.line()


def _print_made(output: Output, made: Sequence[Scaffolded], options: Options) -> None:
    width = max(len(str(one.place)) for one in made)
    for one in made:
        count = f"{len(one.files)} file{'s' if len(one.files) != 1 else ''}"
        state = "exists already" if one.existed and not one.files else count
        if one.existed and one.files:
            state = f"exists already; {', '.join(f'{path} {kind}' for path, kind in one.files.items())}"
        if one.absent:
            state = f"{state}; missing: {', '.join(one.absent[:_NAMED])}{_more(one.absent)}"
        output.line(
            f"  {one.backend.name:<11} {one.place!s:<{width}} {state:>11}   ",
            (unbroken(f"template {one.version}"), "dim"),
            hang=14,
        )
        print_kept(output, one.kept)
    output.line()
    if options.dry_run:
        output.line("nothing was written (--dry-run)")


def _more(names: Sequence[str]) -> str:
    return f" (+{len(names) - _NAMED} more)" if len(names) > _NAMED else ""


def _print_tools(output: Output, tools: Sequence[Tool]) -> None:
    if tools and output.shows_text:
        print_tools(output, tools)
        output.line()


def _print_next(output: Output, made: Sequence[Scaffolded]) -> None:
    """Print the commands to run next, and the tools that they need and that are missing."""
    output.commands([step for one in made for step in one.next_steps])
    found = [artifact for one in made if (artifact := one.hooks.context.artifact(FoundTools)) is not None]
    missing = [tool for one in found for tool in one.tools if isinstance(tool, Tool) and not tool.is_well]
    if missing:
        output.line()
    for tool in missing:
        version = "not found" if tool.found is None else tool.found
        output.line(("Missing", "yellow"), f"  {tool.name} ({unbroken(version)}): {tool.meaning}", hang=9)


def _backend(one: Scaffolded) -> dict[str, object]:
    return {
        "name": one.backend.name,
        "directory": str(one.place),
        "template": {"source": one.source, "to": one.version},
        "files": [{"path": path, "class": kind} for path, kind in one.files.items()],
        "missing": list(one.absent),
        **view_document(one.git),
        "next_steps": list(one.next_steps),
        "hooks": reports_document(one.hooks.reports),
        "ignored": [place_document(place) for place in one.ignored],
        "keeps": [vars(kept) for kept in one.kept],
    }
