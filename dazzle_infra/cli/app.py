"""The commands and their options; what they do is in modules that are imported when they run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from dazzle_infra import __version__
from dazzle_infra.errors import UsageError

__all__ = ["Options", "app"]

_EPILOG = (
    "Exit codes: 0 done or up to date, 1 error, 2 wrong usage or dazzle.toml, 3 changes are pending, "
    "4 conflicts are left for you, 5 something must be there first, or must not be there, 130 interrupted."
)

app = typer.Typer(
    name="infra",
    help="Docker and Terraform for a DAZZLE application, generated from its model and yours to edit.",
    epilog=_EPILOG,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ProjectOption = Annotated[
    Path, typer.Option("--project", "-C", metavar="DIR", help="The folder that holds dazzle.toml.", show_default=False)
]
AppspecOption = Annotated[
    str | None,
    typer.Option(
        "--appspec", metavar="FILE", help="Read the model from a JSON export (also .gz; - for standard input)."
    ),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", "-n", help="Do everything but write.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document, errors included.")]
QuietOption = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors alone.")]
VerboseOption = Annotated[bool, typer.Option("--verbose", "-v", help="Print every reason.")]
TemplateOption = Annotated[
    str | None,
    typer.Option("--template", metavar="SOURCE", help="Take this template: a git URL, a path, or `embedded`."),
]
OfflineOption = Annotated[bool, typer.Option("--offline", help="Use no network: take templates from the cache.")]
CheckToolsOption = Annotated[
    bool,
    typer.Option(
        "--check-tools", help="Say which tools that run the files are missing; the files are made all the same."
    ),
]
NoColorOption = Annotated[bool, typer.Option("--no-color", help="Print without colours; NO_COLOR does the same.")]
DebugOption = Annotated[bool, typer.Option("--debug", hidden=True, help="Print a traceback with an error.")]


@dataclass(frozen=True)
class Options:
    """What the options say that most commands share."""

    project: Path
    appspec: str | None
    dry_run: bool = False
    as_json: bool = False
    quiet: bool = False
    verbose: bool = False
    plain: bool = False
    template: str | None = None
    offline: bool = False
    check_tools: bool = False


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"dazzle-infra {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    pass


def _scaffold_command(names: tuple[str, ...]) -> Callable[..., None]:
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


_MAKE = "Make"
app.command("docker", help="Make the Docker stack for local development.", rich_help_panel=_MAKE)(
    _scaffold_command(("docker",))
)
app.command("terraform", help="Make the Terraform modules and environments for the cloud.", rich_help_panel=_MAKE)(
    _scaffold_command(("terraform",))
)
app.command("all", help="Make what `[infra] backends` names; both by default.", rich_help_panel=_MAKE)(
    _scaffold_command(())
)


AllOption = Annotated[
    bool, typer.Option("--all", help="Every application below a folder: `--all [ROOT]`, by default that of `-C`.")
]
ToOption = Annotated[
    str | None,
    typer.Option("--to", metavar="VERSION", help="Take this version, range or branch; `recorded` for model changes."),
]
BackendsArgument = Annotated[list[str] | None, typer.Argument(metavar="[BACKEND]...", show_default=False)]
RetireOption = Annotated[
    list[str] | None,
    typer.Option("--retire", metavar="ENVIRONMENT", help="Remove the folder of an environment that was dropped."),
]


def _refuse_with_all(**chosen: bool) -> None:
    for name, is_there in chosen.items():
        if is_there:
            raise UsageError(f"{name} is for one application, and --all is for many", hint="name one with -C")


@app.command(rich_help_panel=_MAKE)
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


@app.command(rich_help_panel=_MAKE)
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


def _plan(
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
    from dazzle_infra.cli.update import PlanOptions, run_plan

    options = Options(project, appspec, False, as_json, quiet, verbose, plain, template, offline)
    return run_plan(names or (), options, PlanOptions(to, retire or (), diff, stat, exit_code))


app.command("plan", help="Print what `update` would do, and why.", rich_help_panel="Look")(_plan)
app.command("diff", hidden=True)(_plan)


@app.command(rich_help_panel="Look")
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


@app.command(rich_help_panel="Look")
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


@app.command(rich_help_panel="Look")
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


@app.command(rich_help_panel="Look")
def doctor(
    project: ProjectOption = Path(),
    as_json: JsonOption = False,
    plain: NoColorOption = False,
    debug: DebugOption = False,
) -> None:
    """Say which tools are there, and what each absence means."""
    from dazzle_infra.cli.doctor import run_doctor

    run_doctor(Options(project, None, as_json=as_json, plain=plain))


@app.command(rich_help_panel="Look")
def schema(debug: DebugOption = False) -> None:
    """Print the JSON Schema of dazzle.toml, for editors."""
    from dazzle_infra.cli.schema import run_schema

    run_schema()
