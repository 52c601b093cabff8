"""The first generation of files: several backends in one run, all or none.

Existing files are never overwritten. A directory with an answers file is not changed, because `update` does that; other
existing files are an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NoReturn

from dazzle_infra.backends.application import Application
from dazzle_infra.backends.base import Backend
from dazzle_infra.backends.identity import Kept, Made
from dazzle_infra.backends.moved import refuse_moved
from dazzle_infra.backends.registry import application_for
from dazzle_infra.errors import NothingToDoError, PreconditionError, TemplateError, Where
from dazzle_infra.hooks import project_option
from dazzle_infra.hooks.git_view import GitView
from dazzle_infra.hooks.running import HookRun, run_after
from dazzle_infra.merging.sparse_checkout import refuse_left_out
from dazzle_infra.operations.answering import given_answers
from dazzle_infra.operations.answers_copies import remember_answers, was_made
from dazzle_infra.operations.choice import choose
from dazzle_infra.operations.generated import absent_files, remember_files, restore_command
from dazzle_infra.operations.hook_runs import hook_run
from dazzle_infra.operations.limits import name_limit
from dazzle_infra.operations.location import Location, by_root, location_of
from dazzle_infra.operations.owners import refuse_two_owners
from dazzle_infra.operations.scopes import refuse_leftovers
from dazzle_infra.operations.user_owned import writes_of
from dazzle_infra.rendering.pool import RenderJob, Workers, render_all
from dazzle_infra.templates import Template, require_git, resolve_template
from dazzle_infra.templates.answers_file import Recorded, read_recorded
from dazzle_infra.templates.trust import without_credentials
from dazzle_infra.templates.unmerged_answers import refuse_unmerged
from dazzle_infra.transaction import Write, apply, check_place
from dazzle_infra.transaction.places import refuse_special_file
from dazzle_infra.values.placement import ANSWERS_FILE, Place
from dazzle_infra.values.program import program
from dazzle_infra.values.trees import Tree

__all__ = ["Scaffolded", "scaffold"]

_NAMED = 10


@dataclass(frozen=True)
class Scaffolded:
    """The generated files of one backend.

    Attributes:
        backend: The backend.
        place: The location of the files.
        source: The source of the template.
        version: The version of the template.
        branch: The branch that was chosen, if one was.
        ignored: The keys of dazzle.toml that have no effect because the template version does not know them.
        existed: Whether the files existed already, so that nothing was rendered.
        files: The class of each written file, by its path relative to the place, sorted.
        hooks: The hooks, with their reports.
        next_steps: Commands that the user can run next.
        kept: Names that differ from dazzle.toml because they are shortened.
        git: The state of the files in git.
        absent: Generated files that are missing although the directory exists, relative to it.
        warnings: Problems that appear when the files are used.
    """

    backend: Backend
    place: Place
    source: str
    version: str
    existed: bool
    files: dict[str, str]
    hooks: HookRun
    next_steps: tuple[str, ...] = ()
    branch: str | None = None
    ignored: tuple[Where, ...] = ()
    kept: tuple[Kept, ...] = ()
    git: GitView = field(default_factory=GitView)
    absent: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass
class _Target:
    """The state of one backend during the run."""

    backend: Backend
    location: Location
    template: Template | None
    recorded: Recorded | None
    data: dict[str, object]
    hooks: HookRun
    ignored: tuple[Where, ...] = ()
    kept: tuple[Kept, ...] = ()
    absent: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    tree: Tree = field(default_factory=dict)
    writes: list[Write] = field(default_factory=list)

    @property
    def place(self) -> Place:
        return self.location.place


def scaffold(
    application: Application,
    chosen: Sequence[Backend],
    *,
    dry_run: bool = False,
    is_quiet: bool = True,
    workers: Workers | None = None,
) -> list[Scaffolded]:
    """Render the chosen backends and write their files.

    Args:
        application: The application.
        chosen: The backends, in their order.
        dry_run: Whether nothing is written.
        is_quiet: Whether nothing is printed; hooks get this information.
        workers: Processes that render; None to start them.

    Raises:
        UsageError: The manifest or the model is invalid for a backend.
        PreconditionError: git is missing or too old; a file exists already; or a file cannot be written.
        NothingToDoError: The files of all backends exist.
        TemplateError: A template cannot be rendered.
        DazzleInfraError: Two backends generate one file.
    """
    require_git()
    refuse_leftovers(application.project)
    own = {one.name: application_for(one, application) for one in chosen}
    targets = [_prepare(own[one.name], one, dry_run=dry_run, is_quiet=is_quiet) for one in chosen]
    for target in targets:
        # Before anything is written: the code of another package may fail.
        target.warnings = tuple(target.backend.warnings(own[target.backend.name]))
        target.hooks.before()
    fresh = [target for target in targets if target.template is not None]
    jobs = [[RenderJob(target.template, target.data)] for target in fresh if target.template is not None]
    for target, [tree] in zip(fresh, render_all(jobs, workers), strict=True):
        target.tree = _with_answers_file(target, tree)
        target.writes = writes_of(target.location.root, target.place, target.template, tree)
    refuse_two_owners((one.backend, one.location.root, write.path) for one in fresh for write in one.writes)
    _refuse_foreign_files(fresh)
    for target in targets:
        target.writes += target.hooks.contribute(target.data, target.tree)
        if target.recorded is not None:
            target.absent = absent_files(application, target.backend, workers)
    if not any(target.writes for target in targets):
        _refuse_existing(application.project, targets)
    if not dry_run:
        for root, group in by_root(targets, lambda target: target.location.root):
            apply(root, [write for target in group for write in target.writes])
        for target in fresh:
            root = target.location.root
            remember_answers(root, target.place)
            if target.template is not None:
                remember_files(root, target.place, target.template, target.tree)
        run_after([target.hooks for target in targets])
    return [_report(application.project, target) for target in targets]


def _with_answers_file(target: _Target, tree: Tree) -> Tree:
    """Return a rendered tree.

    Raises:
        TemplateError: It has no answers file, so that no update of the files would be possible.
    """
    if ANSWERS_FILE not in tree and target.template is not None:
        raise TemplateError(
            f"{target.template.source} {target.template.version} renders no answers file",
            hint="add `{{ _copier_conf.answers_file }}.jinja` to the template; updates start from that file",
        )
    return tree


def _refuse_existing(project: Path, targets: Sequence[_Target]) -> NoReturn:
    """Raise `NothingToDoError`; the message names missing files."""
    names = " and ".join(str(target.place) for target in targets)
    message = f"{names} {'exists' if len(targets) == 1 else 'exist'} already"
    lacking = [(target.place, target.absent) for target in targets if target.absent]
    if not lacking:
        command = f"{program()} update{project_option(project)}"
        hint = f'run "{command}" to merge model changes and template releases into existing files'
        raise NothingToDoError(message, hint=hint)
    paths = [place.at(path) for place, absent in lacking for path in absent]
    more = f" (+{len(paths) - _NAMED} more)" if len(paths) > _NAMED else ""
    raise NothingToDoError(
        f"{message}, but generated files are missing: {', '.join(paths[:_NAMED])}{more}",
        hint=restore_command(project, lacking),
    )


def _prepare(application: Application, backend: Backend, *, dry_run: bool, is_quiet: bool) -> _Target:
    """Return the state of one backend before the render; it has no template if the files exist."""
    location = location_of(application, backend)
    backend.validate(application)
    recorded = _recorded(application, backend, location)
    if recorded is not None:
        # Hooks add what the existing files need; changes of the model are for `update`.
        data = {**backend.computed(application, Made(recorded.answers)), **recorded.answers}
        hooks = hook_run(application, backend, location, data, dry_run=dry_run, is_quiet=is_quiet)
        return _Target(backend, location, None, recorded, data, hooks)
    choice = choose(application, backend)
    where = choice.where if choice.is_named else None
    source = choice.template or backend.source
    template = resolve_template(backend.name, source, choice.ref, application.project, where, application.access)
    made = Made(limit=name_limit(template))
    given = given_answers(application, backend, template, choice.answers, made)
    kept = tuple(backend.kept(application, made, given.answers))
    hooks = hook_run(application, backend, location, given.answers, dry_run=dry_run, is_quiet=is_quiet)
    return _Target(backend, location, template, None, given.answers, hooks, given.ignored, kept)


def _recorded(application: Application, backend: Backend, location: Location) -> Recorded | None:
    """Return the content of the answers file, or None if no files were generated.

    Raises:
        PreconditionError: The files are from another template than the manifest names; or the answers file is invalid.
    """
    root, place = location.root, location.place
    name = place.answers
    path = check_place(root, name)
    refuse_unmerged(root, place)
    if not path.exists():
        refuse_left_out(root, name)
        if not place.is_shared:
            refuse_moved(application, backend)
        return None
    recorded = read_recorded(path, name)
    chosen = choose(application, backend).template
    if recorded.commit is None and recorded.source not in (f"git+{backend.source}", chosen):
        raise PreconditionError(
            f"{place} was generated from another template: {without_credentials(recorded.source)}",
            code="not_ours",
            where=Where(file=name),
            hint="set another output directory in dazzle.toml, or use that template",
        )
    return recorded


def _refuse_foreign_files(targets: Sequence[_Target]) -> None:
    """Raise `PreconditionError` if a file to be written exists."""
    for root, path in ((target.location.root, write.path) for target in targets for write in target.writes):
        refuse_special_file(root, path)
    found = [
        (target, [write.path for write in target.writes if check_place(target.location.root, write.path).exists()])
        for target in targets
    ]
    for target, present in found:
        if present and was_made(target.location.root, target.place):
            name = target.place.answers
            raise PreconditionError(
                f"{name} is missing: refusing to overwrite files of unknown origin",
                code="answers_missing",
                where=Where(file=name),
                hint=f"`{program()} update --repair` restores it; to start over, remove the folder",
            )
    there = sorted(path for _, present in found for path in present)
    if there:
        more = f" and {len(there) - _NAMED} more" if len(there) > _NAMED else ""
        raise PreconditionError(
            f"refusing to overwrite files that dazzle-infra did not create: {', '.join(there[:_NAMED])}{more}",
            code="not_ours",
            where=Where(file=there[0]),
            hint="move them, or set another output directory in dazzle.toml",
        )


def _report(project: Path, target: _Target) -> Scaffolded:
    files = {
        target.place.inside(write.path) or write.path: "added" if write.before is None else "updated"
        for write in target.writes
    }
    steps = [restore_command(project, [(target.place, target.absent)])] if target.absent else []
    if target.recorded is not None and not files:
        steps.append(f"{program()} update{project_option(project)} {target.backend.name}")
    steps += [step for report in target.hooks.reports for step in report.next_steps]
    origin = target.recorded or target.template
    assert origin is not None  # noqa: S101 - one of both, by `_prepare`
    return Scaffolded(
        backend=target.backend,
        place=target.place,
        source=origin.source,
        version=origin.version,
        existed=target.recorded is not None,
        files=dict(sorted(files.items())),
        hooks=target.hooks,
        next_steps=tuple(steps),
        branch=target.template.branch if target.template is not None else None,
        ignored=target.ignored,
        kept=target.kept,
        git=target.hooks.context.artifact(GitView) or GitView(),
        absent=target.absent,
        warnings=target.warnings,
    )
