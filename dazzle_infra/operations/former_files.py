"""The last render of an environment's folder, for an environment that is added again after it was dropped.

The recorded answers no longer contain a dropped environment, so that their render is no base for its folder. Earlier
answers files contain it; they are in the history of the repository and in the backups. If there are none, as in a
shallow clone, the base is the render of a release to which most files of the folder are equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from dazzle_infra.backends.application import Application
from dazzle_infra.backends.base import Folder
from dazzle_infra.errors import DazzleInfraError, TemplateError
from dazzle_infra.merging.line_endings import same_text
from dazzle_infra.operations.answers_history import backed_up_answers, committed_answers, parse_answers
from dazzle_infra.operations.existing import Existing
from dazzle_infra.operations.target import Target
from dazzle_infra.rendering.pool import RenderJob, Workers, render_all
from dazzle_infra.templates import Template, known_answers, resolve_template, versions_of
from dazzle_infra.templates.answers_file import Recorded
from dazzle_infra.values.trees import File, Tree

__all__ = ["former_files", "with_former_files"]

_MOST_RECORDS = 5
_MOST_RELEASES = 10


def former_files(
    application: Application, existing: Existing, target: Target, workers: Workers | None = None
) -> dict[str, Tree]:
    """Return the last render of each kept folder whose environment is added again, by folder.

    A folder is omitted if no render is known; then its files count as the user's own.
    """
    root = existing.root / existing.directory
    still = {folder.path for folder in existing.backend.dropped_folders(root, target.answers)}
    dropped = existing.backend.dropped_folders(root, existing.recorded.answers)
    returning = [folder for folder in dropped if folder.path not in still]
    if not returning:
        return {}
    found: dict[str, Tree] = {}
    records = _records(application, existing)
    for folder in returning:
        named = [record for record in records if _names(existing, root, record, folder)][:_MOST_RECORDS]
        trees = _rendered((_recorded_job(application, existing, record) for record in named), workers)
        if not trees:
            released = _rendered(_release_jobs(application, existing, target), workers)
            trees = [tree for tree in released if _made_most_of(root, folder, tree)]
        if trees:
            best = max(trees, key=lambda tree: _same(root, _below(folder.path, tree)))
            found[folder.path] = _below(folder.path, best)
    return found


def with_former_files(trees: Sequence[Tree], former: Mapping[str, Tree]) -> list[Tree]:
    """Return base, middle and new, with the former files of the folders in the base.

    The middle has the new files of these folders, so that they count as a new version and not as an addition.
    """
    base, *rest, new = trees
    if not former:
        return [base, *(rest or [base]), new]
    added = {path: file for tree in former.values() for path, file in tree.items()}
    present = {path: file for folder in former for path, file in _below(folder, new).items()}
    middle = rest[0] if rest else base
    return [{**base, **added}, {**middle, **present}, new]


def _records(application: Application, existing: Existing) -> list[Recorded]:
    """Return the earlier contents of the answers file, without duplicates, from the backups and the repository."""
    name = existing.place.answers
    contents: Iterable[bytes] = dict.fromkeys(
        (*backed_up_answers(existing.root, name), *committed_answers(existing.root / name))
    )
    return [record for content in contents if (record := parse_answers(content)) is not None]


def _names(existing: Existing, root: Path, record: Recorded, folder: Folder) -> bool:
    return folder.path not in {one.path for one in existing.backend.dropped_folders(root, record.answers)}


def _recorded_job(application: Application, existing: Existing, record: Recorded) -> RenderJob | None:
    """Return the job for an earlier answers file, or None if its version is not available."""
    template = _template(application, existing, record.source, record.version, record.commit)
    return None if template is None else RenderJob(template, record.answers)


def _release_jobs(application: Application, existing: Existing, target: Target) -> Iterator[RenderJob]:
    """Yield the jobs that render the newest releases with the new answers, as far as each of them knows them."""
    for version in reversed(versions_of(existing.template.repository)[-_MOST_RELEASES:]):
        template = _template(application, existing, existing.template.source, version)
        if template is not None:
            # Earlier releases refuse fields that they do not know.
            yield RenderJob(template, recorded=known_answers(template, target.answers).answers)


def _template(
    application: Application, existing: Existing, source: str, version: str, commit: str | None = None
) -> Template | None:
    try:
        return resolve_template(
            existing.backend.name,
            source.removeprefix("git+"),
            version,
            application.project,
            access=application.access,
            commit=commit,
        )
    except DazzleInfraError:
        return None


def _rendered(jobs: Iterable[RenderJob | None], workers: Workers | None) -> list[Tree]:
    """Render jobs. A render that fails is omitted, because an update does not require it."""
    trees = []
    for job in jobs:
        with suppress(TemplateError):
            trees += render_all([[job]], workers)[0] if job is not None else []
    return trees


def _below(folder: str, tree: Tree) -> dict[str, File]:
    return {path: file for path, file in tree.items() if path.startswith(f"{folder}/")}


def _same(root: Path, files: Tree) -> int:
    """Return the number of files that are equal to the render apart from line ends."""
    present = {path: root / path for path in files if (root / path).is_file()}
    return sum(same_text(path.read_bytes(), files[name].content) for name, path in present.items())


def _made_most_of(root: Path, folder: Folder, tree: Tree) -> bool:
    """Return whether all files of a render exist in a folder, and more than half of them are unchanged."""
    files = _below(folder.path, tree)
    return all((root / path).is_file() for path in files) and 2 * _same(root, files) > len(files)
