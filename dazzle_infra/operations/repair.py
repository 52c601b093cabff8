"""Restoring an answers file that is missing, broken or edited by hand.

An update starts from the recorded answers: with wrong answers, old lines of the template would count as the user's
edits. The history of `HEAD` comes first, because it is that of the present branch. The copy in `.dazzle-infra` can be
from another branch, and is used if its render matches more files. Without either, the release whose render with the
current answers matches most files is used.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dazzle_infra.backends.application import Application
from dazzle_infra.backends.base import Backend
from dazzle_infra.backends.identity import Made
from dazzle_infra.backends.moved import refuse_moved
from dazzle_infra.errors import DazzleInfraError, PreconditionError, Where
from dazzle_infra.operations.answering import computed_answers
from dazzle_infra.operations.answers_copies import intact_answers, own_copy
from dazzle_infra.operations.answers_history import committed_answers, parse_answers
from dazzle_infra.operations.choice import choose
from dazzle_infra.operations.limits import name_limit
from dazzle_infra.operations.location import Location, is_used, possible_location
from dazzle_infra.rendering.pool import RenderJob, render_all
from dazzle_infra.templates import Template, answers_for, known_answers, questions_of, resolve_template, versions_of
from dazzle_infra.templates.answers_file import ANSWERS_FILE, Recorded, read_recorded
from dazzle_infra.templates.unmerged_answers import refuse_unmerged
from dazzle_infra.transaction import STATE, Write, apply, check_place
from dazzle_infra.transaction.state import next_backup_name
from dazzle_infra.values.trees import File, Tree

__all__ = ["Repaired", "repair"]

_HISTORY, _COPY = "the history of the repository", "the copy in .dazzle-infra"
_TRIED_RELEASES = 10


@dataclass(frozen=True)
class Repaired:
    """A restored answers file.

    Attributes:
        path: The answers file, relative to the project.
        origin: The origin of its content, and any assumption, in words.
    """

    path: str
    origin: str


@dataclass(frozen=True)
class _Fit:
    """The number of files that are equal to a render, and whether all are."""

    count: int
    is_whole: bool


def repair(application: Application, backend: Backend) -> Repaired | None:
    """Restore the answers file of a backend, or return None if it needs no repair.

    Raises:
        PreconditionError: The files are in another directory, or match no release.
    """
    location = possible_location(application, backend)
    if location is None:
        return None
    root, place = location.root, location.place
    name = place.answers
    path = check_place(root, name)
    if not path.parent.is_dir() or not any(path.parent.iterdir()):
        if not place.is_shared:
            refuse_moved(application, backend)
        return None
    refuse_unmerged(root, place, markers=False)
    present = intact_answers(path) if path.exists() else None
    history, copy = _from_history(path), own_copy(root, place)
    if present is not None and not any(one and _names_another(present, one) for one in (history, copy)):
        return None
    # At a shared place other files are there in any case.
    may_be_none = place.is_shared and not path.exists() and history is None and copy is None
    if may_be_none and not is_used(application.manifest, backend):
        return None
    if history is not None and copy in (None, history):
        return _restore(root, name, history, f"restored from {_HISTORY}")
    if history is not None or copy is not None:
        known = [(one, origin) for one, origin in ((history, _HISTORY), (copy, _COPY)) if one is not None]
        content, origin = _best_known(application, backend, location, known)
    else:
        try:
            content, origin = _best_release(application, backend, location)[:2]
        except PreconditionError as error:
            if may_be_none and error.code == "answers_lost":
                return None
            raise
    return _restore(root, name, content, origin)


def _best_known(
    application: Application, backend: Backend, location: Location, known: Sequence[tuple[bytes, str]]
) -> tuple[bytes, str]:
    """Return the recorded answers whose render matches most files, the first of equals.

    If there is only the copy, and it does not match every file, it must match at least as many as the best release.
    """
    fits = [_fit(application, backend, location, content) for content, _ in known]
    best = max(range(len(known)), key=lambda index: (fits[index].count, -index))
    content, origin = known[best]
    if len(known) > 1 or origin != _COPY or fits[best].is_whole:
        return content, f"restored from {origin}"
    try:
        released, assumed, count = _best_release(application, backend, location)
    except DazzleInfraError:
        return content, f"restored from {origin}"
    return (released, assumed) if count > fits[best].count else (content, f"restored from {origin}")


def _fit(application: Application, backend: Backend, location: Location, content: bytes) -> _Fit:
    """Render the version and answers of an answers file, and count the matching files; 0 if it cannot be rendered."""
    with _as_file(content) as path:
        recorded = read_recorded(path, path.name)
    try:
        template = resolve_template(
            backend.name,
            recorded.source.removeprefix("git+"),
            recorded.version,
            application.project,
            access=application.access,
            commit=recorded.commit,
        )
        [[tree]] = render_all([[RenderJob(template, recorded=recorded.answers)]])
    except DazzleInfraError:
        return _Fit(0, is_whole=False)
    count = _matches(location, tree)
    return _Fit(count, is_whole=count == len(tree) - 1)


def _names_another(present: Recorded, content: bytes) -> bool:
    """Return whether a file and a copy with the same commit and answers name different templates or versions."""
    with _as_file(content) as path:
        copy = read_recorded(path, path.name)
    is_same = present.commit is not None and (copy.commit, copy.answers) == (present.commit, present.answers)
    return is_same and (copy.source, copy.version) != (present.source, present.version)


@contextmanager
def _as_file(content: bytes) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ANSWERS_FILE
        path.write_bytes(content)
        yield path


def _restore(root: Path, name: str, content: bytes, origin: str) -> Repaired:
    path = root / name
    before = path.read_bytes() if path.is_file() else None
    backup = next_backup_name(root)
    apply(root, [Write(name, File(content), before)], backup=backup, note={"kind": "repair"})
    return Repaired(name, f"{origin}; the replaced file is in {STATE}/backups/{backup}" if before else origin)


def _from_history(path: Path) -> bytes | None:
    """Return the newest committed content whose digest is correct."""
    known = ((content, parse_answers(content)) for content in committed_answers(path))
    return next((content for content, recorded in known if recorded is not None and recorded.is_intact), None)


def _best_release(application: Application, backend: Backend, location: Location) -> tuple[bytes, str, int]:
    """Return the answers file of the release whose render with the current answers matches most files.

    The result also has its origin in words, and the number of matching files.

    Raises:
        PreconditionError: No release matches any file.
    """
    where = application.manifest.where
    choice = choose(application, backend)
    place = choice.where if choice.is_named else None
    project, access = application.project, application.access
    source = choice.template or backend.source
    newest = resolve_template(backend.name, source, choice.ref, project, place, access)
    computed = computed_answers(application, backend, newest, Made())
    answers_for(newest, computed, choice.answers, ".".join((*backend.table, "answers")), where)
    versions = versions_of(newest.repository)[-_TRIED_RELEASES:]
    tried = [resolve_template(backend.name, source, one, project, None, access) for one in versions]
    if newest.version not in versions:  # the head of a branch
        tried.append(newest)
    jobs = []
    for template in tried:
        computed = computed_answers(application, backend, template, Made(limit=name_limit(template)))
        jobs.append(RenderJob(template, recorded=_known(template, computed, choice.answers)))
    trees = render_all([jobs])[0]
    scores = [_matches(location, tree) for tree in trees]
    best = max(range(len(jobs)), key=lambda index: (scores[index], index))
    if scores[best] == 0:
        raise PreconditionError(
            f"{location.place} matches no release of {newest.url}",
            code="answers_lost",
            where=Where(file=location.place.answers),
            hint="restore the answers file from a backup",
        )
    version = jobs[best].template.version
    count = len(trees[best]) - 1
    assumed = f"assumed {version} with the current answers; {scores[best]} of {count} files match"
    return trees[best][ANSWERS_FILE].content, assumed, scores[best]


def _known(template: Template, computed: Mapping[str, object], chosen: Mapping[str, object]) -> dict[str, object]:
    """Return the computed and the chosen answers to questions that a version asks."""
    questions = questions_of(template)
    others = {name: value for name, value in chosen.items() if name in questions}
    return others | known_answers(template, computed).answers


def _matches(location: Location, tree: Tree) -> int:
    """Return the number of files that are equal to the render, without the answers file."""
    present = {path: location.root / location.place.at(path) for path in tree if path != ANSWERS_FILE}
    return sum(path.is_file() and path.read_bytes() == tree[name].content for name, path in present.items())
