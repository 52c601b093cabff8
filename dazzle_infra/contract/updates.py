"""Updates from earlier releases over edited files: nothing that a person wrote may be lost.

The edits are scripted: a line in the middle and at the end of every file, one file moved, one deleted, one added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from dazzle_infra.contract.findings import Finding
from dazzle_infra.contract.jobs import Rendered, unrendered
from dazzle_infra.engine import ANSWERS_FILE, ChangeSet, RenderJob, Renders, Tree, compare
from dazzle_infra.engine.owned import owned_patterns
from dazzle_infra.errors import DazzleInfraError, TemplateError
from dazzle_infra.templates import Template, questions_of

__all__ = ["Step", "first_jobs", "later_jobs", "update_findings"]

_ADDED = "house-notes.txt"
_FOLDER = "made"


@dataclass(frozen=True)
class Step:
    """An update that is tried.

    Attributes:
        sample: What is updated.
        old: The release that made the files.
        new: What they are updated to.
        answers: All answers of the sample; each version is told those that it asks for.
    """

    sample: str
    old: Template
    new: Template
    answers: Mapping[str, object]

    def asked(self, template: Template) -> dict[str, object]:
        """Return the answers that a version asks for."""
        questions = questions_of(template)
        return {name: value for name, value in self.answers.items() if name in questions}


def first_jobs(step: Step) -> list[RenderJob]:
    """Return what is rendered first: what the old release wrote."""
    return [RenderJob(step.old, step.asked(step.old))]


def later_jobs(step: Step, recorded: Mapping[str, object]) -> list[RenderJob]:
    """Return what an update renders: the old release again, and the new one with recorded and with new answers."""
    asked = step.asked(step.new)
    kept = {name: value for name, value in recorded.items() if name not in asked and name in questions_of(step.new)}
    return [
        RenderJob(step.old, recorded),
        RenderJob(step.new, recorded=recorded, fallback=asked),
        RenderJob(step.new, asked, recorded=kept),
    ]


def update_findings(step: Step, written: Tree, rendered: Rendered) -> tuple[list[Finding], int, int]:
    """Try the update on edited files.

    Args:
        step: The update.
        written: What the old release wrote.
        rendered: What `later_jobs` came to.

    Returns:
        What was found, how many edits were made, and how many files a person would have to decide about.
    """
    if isinstance(rendered, TemplateError):
        return [unrendered(rendered, step.sample)], 0, 0
    base, middle, new = rendered
    with TemporaryDirectory() as folder:
        project = Path(folder)
        edited = _edited(written)
        _write(project / _FOLDER, edited)
        renders = Renders(base, middle, new, owned_patterns(step.new))
        try:
            changes = compare(project, _FOLDER, renders, "checked")
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
    """Return the files as somebody has edited them."""
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
    """Return the files as the update would leave them."""
    after = dict(edited)
    for change in changes.changes:
        after.pop(change.path, None)
        if change.after is not None:
            after[change.path] = change.after.content
    return after
