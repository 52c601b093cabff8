"""The first scaffolding: several backends in one run, all or nothing.

What exists is never overwritten: a directory with our answers file is left to `update`, anything else in the way is
refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from dazzle_infra.backends.base import Application, Backend
from dazzle_infra.backends.choice import choose
from dazzle_infra.backends.repair import remember_answers, was_made
from dazzle_infra.engine import (
    ANSWERS_FILE,
    Recorded,
    RenderJob,
    Tree,
    Workers,
    Write,
    apply,
    check_place,
    read_recorded,
    refuse_leftover,
    render_all,
)
from dazzle_infra.errors import NothingToDoError, PreconditionError, Where
from dazzle_infra.hooks import HookContext
from dazzle_infra.templates import Template, answers_for, embedded_url, require_git, resolve_template
from dazzle_infra.templates.trust import without_credentials

__all__ = ["Scaffolded", "scaffold"]

_NAMED = 10


@dataclass(frozen=True)
class Scaffolded:
    """What was made for one backend.

    Attributes:
        backend: The backend.
        directory: Its directory, POSIX, relative to the project.
        source: The template that its files are from.
        version: The version of it.
        branch: The branch by which it was found, if it was.
        existed: Whether its files were there already, so that nothing was rendered.
        files: What was written, relative to the directory: the class of each path, sorted.
        next_steps: Commands that a person would run next.
    """

    backend: Backend
    directory: str
    source: str
    version: str
    existed: bool
    files: dict[str, str]
    next_steps: tuple[str, ...] = ()
    branch: str | None = None


@dataclass
class _Target:
    """One backend on its way through the run."""

    backend: Backend
    directory: str
    template: Template | None
    recorded: Recorded | None
    data: dict[str, object]
    tree: Tree = field(default_factory=dict)
    writes: list[Write] = field(default_factory=list)

    def context(self, application: Application) -> HookContext:
        return HookContext(application.project, self.backend.name, self.directory, self.data, self.tree)


def scaffold(
    application: Application, chosen: Sequence[Backend], *, dry_run: bool = False, workers: Workers | None = None
) -> list[Scaffolded]:
    """Render the chosen backends and write their files.

    Args:
        application: The application.
        chosen: The backends, in their order.
        dry_run: Do everything but write.
        workers: Processes that were started to render; by default they are started now.

    Raises:
        UsageError: The manifest or the model asks for something that cannot be.
        PreconditionError: git is missing or too old; files that are not ours are in the way; a file cannot be written.
        NothingToDoError: All of them exist.
        TemplateError: A template cannot be rendered.
    """
    require_git()
    refuse_leftover(application.project)
    targets = [_prepare(application, backend) for backend in chosen]
    fresh = [target for target in targets if target.template is not None]
    jobs = [[RenderJob(target.template, target.data)] for target in fresh if target.template is not None]
    for target, [tree] in zip(fresh, render_all(jobs, workers), strict=True):
        target.tree = tree
        target.writes = [Write(f"{target.directory}/{path}", file) for path, file in tree.items()]
    _refuse_strangers(application, fresh)
    for target in targets:
        for hook in target.backend.hooks():
            target.writes += hook.before(target.context(application)).writes
    writes = [write for target in targets for write in target.writes]
    if not writes:
        names = " and ".join(target.directory for target in targets)
        raise NothingToDoError(
            f"{names} {'exists' if len(targets) == 1 else 'exist'} already",
            hint="dazzle infra update takes model changes and new template releases into existing files",
        )
    if not dry_run:
        apply(application.project, writes)
        for target in fresh:
            remember_answers(application.project, target.directory)
    return [_report(application, target) for target in targets]


def _prepare(application: Application, backend: Backend) -> _Target:
    """Find out what there is, and what is to be rendered; where files exist no template is needed."""
    backend.validate(application)
    manifest = application.manifest
    directory = backend.directory(manifest)
    data: dict[str, object] = backend.answers(application).model_dump(mode="json")
    recorded = _recorded(application, backend, directory)
    if recorded is not None:
        return _Target(backend, directory, None, recorded, data)
    choice = choose(application, backend)
    where = choice.where if choice.is_named else None
    template = resolve_template(
        backend.name, choice.template, choice.ref, application.project, where, application.access
    )
    data = answers_for(template, data, choice.answers, f"infra.{backend.name}.answers", manifest.where)
    return _Target(backend, directory, template, None, data)


def _recorded(application: Application, backend: Backend, directory: str) -> Recorded | None:
    """Return what the directory was made from, or None where nothing was made.

    Raises:
        PreconditionError: Another template than ours, or than the manifest's, made it; or the answers file is broken.
    """
    name = f"{directory}/{ANSWERS_FILE}"
    path = check_place(application.project, name)
    if not path.exists():
        return None
    recorded = read_recorded(path, name)
    chosen = choose(application, backend).template
    if recorded.commit is None and recorded.source not in (f"git+{embedded_url(backend.name)}", chosen):
        raise PreconditionError(
            f"{directory} is not ours: {without_credentials(recorded.source)} made it",
            code="not_ours",
            where=Where(file=name),
            hint="name another output folder in dazzle.toml, or that template",
        )
    return recorded


def _refuse_strangers(application: Application, targets: Sequence[_Target]) -> None:
    """Raise `PreconditionError` where a file to be written exists: it is not ours, or its answers file is lost."""
    project = application.project
    found = [
        (target, [write.path for write in target.writes if check_place(project, write.path).exists()])
        for target in targets
    ]
    for target, present in found:
        if present and was_made(project, target.directory):
            name = f"{target.directory}/{ANSWERS_FILE}"
            raise PreconditionError(
                f"{name} is missing, without which the files beside it are not taken for ours",
                code="answers_missing",
                where=Where(file=name),
                hint="`dazzle infra update --repair` restores it; to begin anew, remove the folder",
            )
    there = sorted(path for _, present in found for path in present)
    if there:
        more = f" and {len(there) - _NAMED} more" if len(there) > _NAMED else ""
        raise PreconditionError(
            f"these files are not ours and would be overwritten: {', '.join(there[:_NAMED])}{more}",
            code="not_ours",
            where=Where(file=there[0]),
            hint="move them away, or name another output folder in dazzle.toml",
        )


def _report(application: Application, target: _Target) -> Scaffolded:
    files = {
        write.path.removeprefix(f"{target.directory}/"): "added" if write.before is None else "updated"
        for write in target.writes
    }
    steps = [f"dazzle infra update {target.backend.name}"] if target.recorded is not None else []
    for hook in target.backend.hooks():
        steps += hook.after(target.context(application)).next_steps
    origin = target.recorded or target.template
    assert origin is not None  # noqa: S101 - one of both, by `_prepare`
    return Scaffolded(
        backend=target.backend,
        directory=target.directory,
        source=origin.source,
        version=origin.version,
        existed=target.recorded is not None,
        files=dict(sorted(files.items())),
        next_steps=tuple(steps),
        branch=target.template.branch if target.template is not None else None,
    )
