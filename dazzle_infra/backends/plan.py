"""What an update would do: for each backend a change set, and why; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import yaml

from dazzle_infra.backends.base import Application, Backend, Folder
from dazzle_infra.backends.existing import Existing, Target, read_existing, target_of
from dazzle_infra.engine import (
    ANSWERS_FILE,
    ChangeSet,
    Edit,
    RenderJob,
    Renders,
    Tree,
    Workers,
    Write,
    compare,
    edits,
    render_each,
)
from dazzle_infra.engine.owned import owned_patterns
from dazzle_infra.errors import PreconditionError, TemplateError, UsageError, Where
from dazzle_infra.hooks import HookContext
from dazzle_infra.templates import commit_of, require_git
from dazzle_infra.templates.memory import remembering
from dazzle_infra.templates.plain_yaml import read_yaml

if TYPE_CHECKING:
    from dazzle_infra.addresses import Addresses

__all__ = ["AnswerChange", "Plan", "plan"]


@dataclass(frozen=True)
class AnswerChange:
    """An answer that changes.

    Attributes:
        name: The question.
        before: The recorded answer; None where the recorded version did not ask.
        after: The new answer; None where the new version does not ask.
        because: Where the new answer comes from.
    """

    name: str
    before: object
    after: object
    because: str


@dataclass(frozen=True)
class Plan:
    """What an update does for one backend.

    Attributes:
        existing: What is there.
        target: What it is to become.
        answers: What changes of its answers, sorted by name.
        changes: What changes of its files.
        contributed: What hooks add beside the template's files.
        kept: Folders that the answers dropped and that are left alone.
        addresses: What it means for what was made from the files; None where nothing is managed or changes.
        edited: What a person has changed since the files were written; only where it was asked for.
    """

    existing: Existing
    target: Target
    answers: tuple[AnswerChange, ...]
    changes: ChangeSet
    contributed: tuple[Write, ...]
    kept: tuple[Folder, ...]
    addresses: Addresses | None
    edited: tuple[Edit, ...]

    @property
    def moves_template(self) -> bool:
        """Whether another template, or another version of it, is taken."""
        return _moves(self.existing, self.target)

    @property
    def is_pending(self) -> bool:
        """Whether the model or the template has moved on; edits of the user's are never pending."""
        return bool(self.answers) or self.moves_template or bool(self.changes.of("removed"))


def plan(
    application: Application,
    chosen: Sequence[Backend],
    *,
    to: str | None = None,
    retire: Sequence[str] = (),
    with_edits: bool = False,
    workers: Workers | None = None,
) -> list[Plan]:
    """Plan an update of those of the backends that exist.

    Args:
        application: The application.
        chosen: The backends.
        to: A version, or `recorded`.
        retire: Names of what the answers dropped and whose folders go.
        with_edits: Whether to look for edits where nothing has moved on; that takes a render.
        workers: Processes that render; by default they are started now.

    Raises:
        PreconditionError: None of them exists, or what is there cannot be updated.
        UsageError: Nothing of a name to retire is left.
    """
    require_git()
    with remembering():
        return _planned(application, chosen, to=to, retire=retire, with_edits=with_edits, workers=workers)


def _planned(
    application: Application,
    chosen: Sequence[Backend],
    *,
    to: str | None,
    retire: Sequence[str],
    with_edits: bool,
    workers: Workers | None,
) -> list[Plan]:
    existing = [found for backend in chosen if (found := read_existing(application, backend)) is not None]
    if not existing:
        names = " and ".join(backend.directory(application.manifest) for backend in chosen)
        commands = ", ".join(f"dazzle infra {backend.name}" for backend in chosen)
        raise PreconditionError(
            f"{names}: there is nothing to update yet",
            code="not_made",
            where=Where(file=names) if len(chosen) == 1 else None,
            hint=f"make it first: {commands}; if its answers file was lost: dazzle infra update --repair",
        )
    targets = [target_of(application, one, to) for one in existing]
    groups = [_jobs(one, target, always=with_edits) for one, target in zip(existing, targets, strict=True)]
    plans = render_each(
        groups,
        lambda number, trees: _plan(application, existing[number], targets[number], trees, retire),
        workers,
    )
    _refuse_unknown(application, retire, plans)
    return plans


def _moves(existing: Existing, target: Target) -> bool:
    old, new = existing.template, target.template
    if old.source != new.source:
        return True
    # Two names for one commit are one version, whichever of them git told Copier.
    return old.version != new.version and commit_of(old) != commit_of(new)


def _jobs(existing: Existing, target: Target, *, always: bool) -> list[RenderJob]:
    """Return what has to be rendered: base, middle and new; nothing where nothing has moved on."""
    base = RenderJob(existing.template, existing.recorded.answers)
    new = RenderJob(target.template, target.asked, recorded=target.kept)
    if _moves(existing, target):
        middle = RenderJob(target.template, recorded=existing.recorded.answers, fallback=target.asked)
        return [base, middle, new]
    if _answers_differ(existing, target):
        return [base, new]
    return [base] if always else []


def _answers_differ(existing: Existing, target: Target) -> bool:
    recorded = existing.recorded.answers
    return any(name not in recorded or recorded[name] != value for name, value in target.answers.items())


def _plan(
    application: Application, existing: Existing, target: Target, trees: Sequence[Tree], retire: Sequence[str]
) -> Plan:
    backend, project = existing.backend, application.project
    dropped = _dropped(application, existing, target)
    edited = edits(project, existing.directory, trees[0]) if trees else ()
    changes = ChangeSet()
    if len(trees) > 1:
        renders = Renders(
            trees[0], trees[1] if len(trees) == 3 else trees[0], trees[-1], owned_patterns(target.template)
        )
        untouched = [folder.path for folder in dropped]
        changes = compare(project, existing.directory, renders, target.template.version, untouched)
    retired = [folder.path for folder in dropped if folder.name in retire]
    kept = tuple(folder for folder in dropped if folder.name not in retire)
    changes = changes.with_removed(project / existing.directory, retired)
    context = HookContext(project, backend.name, existing.directory, target.answers, trees[-1] if trees else {})
    contributed = tuple(write for hook in backend.hooks() for write in hook.before(context).writes)
    answers = tuple(_answer_changes(application, existing, target, trees))
    addresses = backend.addresses(project / existing.directory, changes)
    return Plan(existing, target, answers, changes, contributed, kept, addresses, edited)


def _dropped(application: Application, existing: Existing, target: Target) -> list[Folder]:
    return existing.backend.dropped_folders(application.project / existing.directory, target.answers)


def _answer_changes(
    application: Application, existing: Existing, target: Target, trees: Sequence[Tree]
) -> list[AnswerChange]:
    recorded, backend = existing.recorded.answers, existing.backend
    moves = _moves(existing, target)
    # What a version makes of questions that nothing here answers is only known when it is rendered.
    final = {**target.answers, **(_answers_in(trees[-1]) if moves else {}), **target.asked}
    changed = []
    for name in sorted({*recorded, *final}):
        before, after = recorded.get(name), final.get(name)
        if name in final and (name not in recorded or before != after):
            because = backend.because(name, application) if name in target.asked else "the template's default"
            changed.append(AnswerChange(name, before, after, because))
        elif name not in final and moves:
            changed.append(AnswerChange(name, before, None, "this version does not ask"))
    return changed


def _answers_in(tree: Tree) -> Mapping[str, object]:
    try:
        document = next(iter(read_yaml(tree[ANSWERS_FILE].content)), None) if ANSWERS_FILE in tree else None
    except yaml.YAMLError as error:
        raise TemplateError(f"the template renders a broken {ANSWERS_FILE}", hint="tell its owner") from error
    answers = document if isinstance(document, dict) else {}
    return {str(name): value for name, value in answers.items() if not str(name).startswith("_")}


def _refuse_unknown(application: Application, retire: Sequence[str], plans: Sequence[Plan]) -> None:
    known = {folder.name for one in plans for folder in _dropped(application, one.existing, one.target)}
    for name in retire:
        if name not in known:
            raise UsageError(
                f"{name!r} cannot be retired: no environment of that name has been dropped",
                hint="remove it from `[infra.terraform] environments` first",
            )
