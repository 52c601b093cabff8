"""The plan of an update: for each backend the changes of answers and files, with reasons. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dazzle_infra.backends.application import Application
from dazzle_infra.backends.base import Backend, Folder
from dazzle_infra.backends.identity import recorded_environments
from dazzle_infra.errors import UsageError
from dazzle_infra.hooks.running import HookRun
from dazzle_infra.merging.changes import ChangeSet
from dazzle_infra.operations.answer_changes import AnswerChange, answer_changes
from dazzle_infra.operations.existing import Existing, read_all_existing
from dazzle_infra.operations.former_files import former_files, with_former_files
from dazzle_infra.operations.generated import are_files_known, describe_missing, missing_files
from dazzle_infra.operations.hook_runs import hook_run
from dazzle_infra.operations.identity import Identity, identity_of
from dazzle_infra.operations.location import Location
from dazzle_infra.operations.target import RequestedChanges, Target, moves_template, target_of
from dazzle_infra.rendering.pool import RenderJob, Workers, render_each
from dazzle_infra.repository.ignored import IgnoreRule
from dazzle_infra.templates import known_answers, require_git
from dazzle_infra.templates.memory import remembering
from dazzle_infra.templates.renamed_files import renamed_files, replaced_files
from dazzle_infra.templates.user_owned import owned_patterns
from dazzle_infra.transaction import Write
from dazzle_infra.values.program import program
from dazzle_infra.values.trees import Tree
from dazzle_infra.values.words import written

if TYPE_CHECKING:
    from dazzle_infra.backends.impact import Impact
    from dazzle_infra.merging.compare import Edit

__all__ = ["AnswerChange", "Plan", "plan"]


@dataclass(frozen=True)
class Plan:
    """The changes of an update for one backend.

    Attributes:
        existing: The existing files.
        target: The state after the update.
        answers: The changes of answers, sorted by name.
        changes: The changes of files.
        contributed: Files that hooks write in addition to the template's.
        kept: Folders that the new answers no longer name, and that are not changed.
        impact: The effect on resources that were created from the files; None if there is none.
        edited: The user's changes of the files; empty unless a render was necessary or requested.
        identity: The values that identify existing resources.
        hooks: The hooks, with their reports so far.
        missing: Files of the recorded version that are missing because git ignores them and they were never committed,
            each with the rule.
        rendered: The files that the new version renders; empty if nothing was rendered.
        remains: What stays when files leave, such as a machine, each as a sentence.
    """

    existing: Existing
    target: Target
    answers: tuple[AnswerChange, ...]
    changes: ChangeSet
    contributed: tuple[Write, ...]
    kept: tuple[Folder, ...]
    impact: Impact | None
    edited: tuple[Edit, ...]
    identity: Identity
    hooks: HookRun
    missing: Mapping[str, IgnoreRule] = field(default_factory=dict)
    rendered: tuple[str, ...] = ()
    remains: tuple[str, ...] = ()

    @property
    def moves_template(self) -> bool:
        """Whether the update changes the template or its version."""
        return moves_template(self.existing, self.target)

    @property
    def is_pending(self) -> bool:
        """Whether the model or the template changed. The user's edits are never pending."""
        moves = self.moves_template or self.existing.moves_to is not None
        return bool(self.answers) or moves or bool(self.changes.of("removed"))


def plan(
    application: Application,
    chosen: Sequence[Backend],
    *,
    to: str | None = None,
    requested: RequestedChanges | None = None,
    with_edits: bool = False,
    workers: Workers | None = None,
    move: bool = False,
    dry_run: bool = True,
    own_hooks_only: bool = False,
) -> list[Plan]:
    """Plan an update of those of the backends that have generated files.

    Args:
        application: The application.
        chosen: The backends.
        to: A version, or `recorded`; see `target.target_of`.
        requested: Changes that an update makes only at the user's request.
        with_edits: Whether to detect the user's edits even if nothing is pending, which requires a render.
        workers: Processes that render; None to start them.
        move: Whether files in another directory than dazzle.toml names are moved there.
        dry_run: Whether the plan will not be applied; hooks get this information.
        own_hooks_only: Whether hooks of packages and of the project do not run.

    Raises:
        PreconditionError: None of the backends has files, or they cannot be updated.
        UsageError: An environment to retire or to relocate does not exist.
    """
    require_git()
    with remembering():
        existing = read_all_existing(application, chosen, move=move)
        for one in existing:
            # The default only computes the answers, which happens here anyway.
            if type(one.backend).validate is not Backend.validate:
                one.backend.validate(application)
        targets = [target_of(application, one, to, requested or RequestedChanges()) for one in existing]
        hooks = [
            _hooks(application, one, target, dry_run=dry_run, own_only=own_hooks_only)
            for one, target in zip(existing, targets, strict=True)
        ]
        for run in hooks:
            run.before()
        return _planned(
            application,
            existing,
            targets,
            hooks,
            requested or RequestedChanges(),
            with_edits=with_edits,
            workers=workers,
        )


def _hooks(application: Application, existing: Existing, target: Target, *, dry_run: bool, own_only: bool) -> HookRun:
    return hook_run(
        application,
        existing.backend,
        Location(existing.root, existing.place),
        target.answers,
        final_place=existing.new_place,
        dry_run=dry_run,
        is_update=True,
        own_only=own_only,
    )


def _planned(
    application: Application,
    existing: Sequence[Existing],
    targets: Sequence[Target],
    hooks: Sequence[HookRun],
    requested: RequestedChanges,
    *,
    with_edits: bool,
    workers: Workers | None,
) -> list[Plan]:
    groups = [
        _jobs(one, target, always=with_edits or not are_files_known(one))
        for one, target in zip(existing, targets, strict=True)
    ]
    former = [former_files(application, one, target, workers) for one, target in zip(existing, targets, strict=True)]
    plans = render_each(
        groups,
        lambda number, trees: _plan(
            application, existing[number], targets[number], trees, former[number], requested.retire, hooks[number]
        ),
        workers,
    )
    _refuse_unknown(application, requested, plans)
    return plans


def _jobs(existing: Existing, target: Target, *, always: bool) -> list[RenderJob]:
    """Return the jobs that render base, middle and new; none if nothing changed."""
    base = RenderJob(existing.template, existing.recorded.answers)
    new = RenderJob(target.template, target.asked, recorded=target.kept)
    if moves_template(existing, target):
        carried = known_answers(target.template, existing.recorded.answers).answers
        middle = RenderJob(target.template, recorded=carried, fallback=target.asked)
        return [base, middle, new]
    if _answers_differ(existing, target):
        return [base, new]
    return [base] if always else []


def _answers_differ(existing: Existing, target: Target) -> bool:
    recorded = existing.recorded.answers
    return any(name not in recorded or recorded[name] != value for name, value in target.answers.items())


def _plan(
    application: Application,
    existing: Existing,
    target: Target,
    trees: Sequence[Tree],
    former: Mapping[str, Tree],
    retire: Sequence[str],
    hooks: HookRun,
) -> Plan:
    dropped = _dropped(application, existing, target)
    untouched = [folder.path for folder in dropped]
    edited, changes = _edits(existing, trees, untouched), ChangeSet()
    if len(trees) > 1:
        from dazzle_infra.merging.compare import Renders, compare

        base, middle, new = with_former_files(trees, former)
        template = target.template
        renders = Renders(
            base, middle, new, owned_patterns(template), renamed_files(template), replaced_files(template)
        )
        changes = compare(existing.root, existing.place, renders, template.version, untouched)
    retired = [folder.path for folder in dropped if folder.name in retire]
    kept = tuple(folder for folder in dropped if folder.name not in retire)
    changes = changes.with_removed(existing.root / existing.directory, retired)
    contributed = hooks.contribute(target.answers, trees[-1] if trees else {})
    answers = tuple(answer_changes(application, existing, target, trees))
    impact = existing.backend.impact(existing.root / existing.directory, changes)
    missing = missing_files(existing, trees[0] if trees else None, edited)
    edited = tuple(edit for edit in edited if edit.path not in missing)
    changes = describe_missing(changes, missing)
    rendered = tuple(trees[-1]) if trees else ()
    identity = identity_of(application, existing, target)
    remains = tuple(existing.backend.remains(existing.recorded.answers, target.answers))
    return Plan(
        *(existing, target, answers, changes, contributed, kept, impact, edited, identity, hooks, missing, rendered),
        remains=remains,
    )


def _edits(existing: Existing, trees: Sequence[Tree], untouched: Sequence[str]) -> tuple[Edit, ...]:
    if not trees:
        return ()
    from dazzle_infra.merging.compare import edits

    return edits(existing.root, existing.place, trees[0], untouched)


def _dropped(application: Application, existing: Existing, target: Target) -> list[Folder]:
    return existing.backend.dropped_folders(existing.root / existing.directory, target.answers)


def _refuse_unknown(application: Application, requested: RequestedChanges, plans: Sequence[Plan]) -> None:
    known = {folder.name for one in plans for folder in _dropped(application, one.existing, one.target)}
    made = {name for one in plans for name in one.target.made.environments}
    for name in requested.relocate:
        if name not in made:
            raise UsageError(
                f"{name!r} cannot be relocated: no such environment has been generated",
                hint=f"the environments are {', '.join(sorted(made))}" if made else f"run {program()} terraform first",
            )
    for name in requested.retire:
        if name not in known:
            raise UsageError(
                f"{name!r} cannot be retired: there is no folder of a removed environment of that name",
                hint=_how_to_retire(application, name, plans),
            )


def _how_to_retire(application: Application, name: str, plans: Sequence[Plan]) -> str:
    """Say what to do instead of a `--retire` that nothing needs."""
    backends = [one.existing.backend for one in plans]
    lists = [
        written((*one.table, "environments"))
        for one in backends
        if name in (one.settings(application.manifest).environment_names() or ())
    ]
    if lists:
        return f"remove it from {' and '.join(lists)} first"
    leaves = [
        one.existing.backend.name for one in plans if name in recorded_environments(one.existing.recorded.answers)
    ]
    if leaves:
        return f"`{program()} update` removes the files of {name} of {' and '.join(leaves)} without --retire"
    made = {folder.name for one in plans for folder in _dropped(application, one.existing, one.target)}
    named = {other for one in backends for other in one.settings(application.manifest).environment_names() or ()}
    known = sorted(made | named)
    return f"the environments are {', '.join(known)}" if known else "no backend of this run has environments"
