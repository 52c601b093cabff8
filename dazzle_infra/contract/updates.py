"""The check of updates from earlier releases with edited files: no edit of the user may be lost.

The edits are scripted: a line in the middle and at the end of every file, one file moved, one deleted, one added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from dazzle_infra.contract.findings import Finding
from dazzle_infra.contract.jobs import Rendered, unrendered
from dazzle_infra.errors import DazzleInfraError, TemplateError
from dazzle_infra.merging.changes import ChangeSet
from dazzle_infra.merging.compare import Renders, compare
from dazzle_infra.rendering.pool import RenderJob
from dazzle_infra.templates import Template, known_answers
from dazzle_infra.templates.answers_file import ANSWERS_FILE
from dazzle_infra.templates.renamed_files import renamed_files
from dazzle_infra.templates.user_owned import owned_patterns
from dazzle_infra.values.placement import Place
from dazzle_infra.values.trees import Tree

__all__ = ["Step", "first_jobs", "later_jobs", "update_findings"]

_ADDED = "house-notes.txt"
_FOLDER = "made"


@dataclass(frozen=True)
class Step:
    """An update to check.

    Attributes:
        sample: The name of the sample.
        old: The release that rendered the files.
        new: The version to which they are updated.
        answers: All answers of the sample; each version gets the answers to its questions.
    """

    sample: str
    old: Template
    new: Template
    answers: Mapping[str, object]

    def asked(self, template: Template) -> dict[str, object]:
        """Return the answers to the questions of a version."""
        return known_answers(template, self.answers).answers


def first_jobs(step: Step) -> list[RenderJob]:
    """Return the first jobs: the render of the old release."""
    return [RenderJob(step.old, step.asked(step.old))]


def later_jobs(step: Step, recorded: Mapping[str, object]) -> list[RenderJob]:
    """Return the jobs of an update: the old release, and the new one with the recorded and with the new answers."""
    asked = step.asked(step.new)
    carried = known_answers(step.new, recorded).answers
    kept = {name: value for name, value in carried.items() if name not in asked}
    return [
        RenderJob(step.old, recorded),
        RenderJob(step.new, recorded=carried, fallback=asked),
        RenderJob(step.new, asked, recorded=kept),
    ]


def update_findings(step: Step, written: Tree, rendered: Rendered) -> tuple[list[Finding], int, int]:
    """Update files with simulated edits in memory, and search for lost edits.

    Args:
        step: The update.
        written: The files of the old release.
        rendered: The result of `later_jobs`.

    Returns:
        The findings, the number of edits, and the number of files about which the user would have to decide.
    """
    if isinstance(rendered, TemplateError):
        return [unrendered(rendered, step.sample)], 0, 0
    base, middle, new = rendered
    with TemporaryDirectory() as folder:
        project = Path(folder)
        edited = _edited(written)
        _write(project / _FOLDER, edited)
        try:
            renders = Renders(base, middle, new, owned_patterns(step.new), renamed_files(step.new))
            changes = compare(project, Place(_FOLDER), renders, "checked")
        except DazzleInfraError as error:
            return [Finding(error.message, step.sample, error.hint or "")], 0, 0
    after = _after(edited, changes)
    kept = {line for content in after.values() for line in content.splitlines()}
    marks = {line: path for path, content in edited.items() for line in content.splitlines() if _is_mark(line)}
    lost = [
        Finding(f"an edit is lost: {mark.decode()}", f"{step.sample}: {path}", "keep the file, or its name")
        for mark, path in marks.items()
        if mark not in kept
    ]
    decisions = changes.of("conflict", "kept-edited")
    return lost, len(marks), len(decisions)


def _is_mark(line: bytes) -> bool:
    return line.startswith(b"# house edit ")


def _edited(written: Tree) -> dict[str, bytes]:
    """Return the files with simulated edits."""
    texts = sorted(path for path, file in written.items() if path != ANSWERS_FILE and b"\0" not in file.content)
    edited = {path: written[path].content for path in written if path != ANSWERS_FILE}
    for path in texts:
        lines = written[path].content.splitlines(keepends=True)
        if lines and not lines[-1].endswith(b"\n"):
            lines[-1] += b"\n"
        lines.insert(len(lines) // 2, f"# house edit in the middle of {path}\n".encode())
        edited[path] = b"".join(lines) + f"# house edit at the end of {path}\n".encode()
    by_size = sorted(texts, key=lambda path: (len(written[path].content), path))
    if len(by_size) > 2:
        edited[f"moved/{by_size[-1]}"] = edited.pop(by_size[-1])
        del edited[by_size[0]]
    return edited | {_ADDED: b"# house edit in a file of its own\n"}


def _write(root: Path, files: Mapping[str, bytes]) -> None:
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(content)


def _after(edited: Mapping[str, bytes], changes: ChangeSet) -> dict[str, bytes]:
    """Return the files after the update."""
    after = dict(edited)
    for change in changes.changes:
        after.pop(change.path, None)
        if change.after is not None:
            after[change.path] = change.after.content
    return after
