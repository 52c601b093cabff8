"""Restoring an answers file that is missing, broken or edited by hand.

The recorded answers are what an update starts from: a wrong one would take the template's own old lines for a person's
edits. So the file is never guessed while it can be found: in our own copy, then in the history of the repository that
the project is in; only then is it made again from the release that fits the files best.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from dazzle_infra.backends.base import Application, Backend
from dazzle_infra.backends.choice import choose
from dazzle_infra.engine import (
    ANSWERS_FILE,
    STATE,
    File,
    Recorded,
    RenderJob,
    Tree,
    Write,
    apply,
    check_place,
    read_recorded,
    render_all,
)
from dazzle_infra.engine.backup import next_backup_name
from dazzle_infra.engine.state import state_directory
from dazzle_infra.errors import DazzleInfraError, PreconditionError, Where
from dazzle_infra.templates import answers_for, questions_of, resolve_template, versions_of
from dazzle_infra.templates.git import fetching_environment

__all__ = ["Repaired", "refresh_copies", "remember_answers", "repair", "was_made"]

_TRIED_RELEASES = 10
_TRIED_REVISIONS = 200


@dataclass(frozen=True)
class Repaired:
    """What was restored.

    Attributes:
        path: The answers file, relative to the project.
        origin: Where its content is from, in words; what was assumed, if anything.
    """

    path: str
    origin: str


def remember_answers(project: Path, directory: str) -> None:
    """Keep a copy of an answers file that was just written; a run that is done does not fail for want of it."""
    with suppress(OSError):
        state_directory(project)
        copy = _copy(project, directory)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes((project / directory / ANSWERS_FILE).read_bytes())


def was_made(project: Path, directory: str) -> bool:
    """Say whether a run of ours here made the files that are in a backend's directory."""
    folder = project / directory
    return _copy(project, directory).is_file() and folder.is_dir() and any(folder.iterdir())


def refresh_copies(project: Path) -> None:
    """Bring our copies up to date after an update was taken back."""
    for copy in (project / STATE / "answers").glob("*.yml"):
        path = project / copy.stem.replace("%", "/") / ANSWERS_FILE
        if _intact(path) is not None:
            copy.write_bytes(path.read_bytes())


def _copy(project: Path, directory: str) -> Path:
    return project / STATE / "answers" / f"{directory.replace('/', '%')}.yml"


def repair(application: Application, backend: Backend) -> Repaired | None:
    """Restore the answers file of a backend, or return None where it needs no repair.

    Raises:
        PreconditionError: The backend was never made, or nothing fits its files.
    """
    project, directory = application.project, backend.directory(application.manifest)
    name = f"{directory}/{ANSWERS_FILE}"
    path = check_place(project, name)
    if not path.parent.is_dir() or not any(path.parent.iterdir()):
        return None
    present = _intact(path) if path.exists() else None
    content, origin = _own_copy(project, directory), "our own copy"
    if content is None:
        content, origin = _from_history(project, path), "the history of the repository"
    if present is not None and (content is None or not _names_another(present, content)):
        return None
    if content is not None:
        return _restore(project, name, content, f"restored from {origin}")
    content, origin = _best_release(application, backend, directory)
    return _restore(project, name, content, origin)


def _names_another(present: Recorded, content: bytes) -> bool:
    """Say whether the file names another template or version than a copy does for the same commit and answers."""
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


def _restore(project: Path, name: str, content: bytes, origin: str) -> Repaired:
    path = project / name
    before = path.read_bytes() if path.is_file() else None
    backup = next_backup_name(project)
    apply(project, [Write(name, File(content), before)], backup=backup, note={"kind": "repair"})
    return Repaired(name, f"{origin}; what was there before is in {STATE}/backups/{backup}" if before else origin)


def _intact(path: Path) -> Recorded | None:
    """Return what the file records, if it can be trusted."""
    try:
        recorded = read_recorded(path, path.name)
    except DazzleInfraError:
        return None
    return None if recorded.is_intact is False else recorded


def _own_copy(project: Path, directory: str) -> bytes | None:
    copy = _copy(project, directory)
    return copy.read_bytes() if copy.is_file() and _intact(copy) is not None else None


def _from_history(project: Path, path: Path) -> bytes | None:
    """Return the newest committed version whose digest fits."""

    def git(*arguments: str) -> bytes:
        done = subprocess.run(
            ["git", "-C", str(path.parent), *arguments], env=fetching_environment(), capture_output=True, check=False
        )
        return done.stdout if done.returncode == 0 else b""

    revisions = git("log", f"-{_TRIED_REVISIONS}", "--format=%H", "--", path.name).decode().split()
    for revision in revisions:
        content = git("show", f"{revision}:./{path.name}")
        with _as_file(content) as candidate:
            recorded = _intact(candidate)
        if recorded is not None and recorded.is_intact:
            return content
    return None


def _best_release(application: Application, backend: Backend, directory: str) -> tuple[bytes, str]:
    """Return the answers file of the release whose render, with today's answers, fits most of the files."""
    where = application.manifest.where
    choice = choose(application, backend)
    place = choice.where if choice.is_named else None
    project, access = application.project, application.access
    newest = resolve_template(backend.name, choice.template, choice.ref, project, place, access)
    computed = backend.answers(application).model_dump(mode="json")
    told = computed | answers_for(newest, computed, choice.answers, f"infra.{backend.name}.answers", where)
    versions = versions_of(newest.repository)[-_TRIED_RELEASES:]
    tried = [resolve_template(backend.name, choice.template, one, project, None, access) for one in versions]
    if newest.version not in versions:  # the head of a branch
        tried.append(newest)
    asked = [questions_of(template) for template in tried]
    jobs = [
        RenderJob(template, recorded={name: value for name, value in told.items() if name in questions})
        for template, questions in zip(tried, asked, strict=True)
    ]
    trees = render_all([jobs])[0]
    root = application.project / directory
    scores = [_matches(root, tree) for tree in trees]
    best = max(range(len(jobs)), key=lambda index: (scores[index], index))
    if scores[best] == 0:
        raise PreconditionError(
            f"{directory} fits no release of {newest.url}",
            code="answers_lost",
            where=Where(file=f"{directory}/{ANSWERS_FILE}"),
            hint="bring the answers file back from a backup",
        )
    version = jobs[best].template.version
    count = len(trees[best]) - 1
    assumed = f"assumed {version} with today's answers, which {scores[best]} of {count} files fit"
    return trees[best][ANSWERS_FILE].content, assumed


def _matches(root: Path, tree: Tree) -> int:
    others = {path: file for path, file in tree.items() if path != ANSWERS_FILE}
    return sum((root / path).is_file() and (root / path).read_bytes() == file.content for path, file in others.items())
