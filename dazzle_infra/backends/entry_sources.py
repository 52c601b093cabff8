"""Where a value inside an answer comes from, and what dazzle.toml answers of a template's own questions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dazzle_infra.backends.answer_differences import Difference
from dazzle_infra.project.manifest import Manifest

__all__ = ["own_answer", "source_of_entry", "stated_table"]


def own_answer(question: str, table: Sequence[str], manifest: Manifest) -> str | None:
    """Return the place of the answer to a question in dazzle.toml; None where it does not answer it.

    Args:
        question: The question.
        table: The path of the backend's table.
        manifest: The content of dazzle.toml.
    """
    path = (*table, "answers", question)
    return f"[{'.'.join(path[:-1])}] {question} {manifest.where(*path)}" if manifest.says(*path) else None


def source_of_entry(question: str, difference: Difference | None, manifest: Manifest) -> str | None:
    """Return where the new value of an entry comes from; None where that is not known of the entry by itself."""
    if difference is None:
        return None
    if question == "entry_points":
        return stated_table(manifest, "infra", "entry_points", difference.entry)
    entry = difference.after
    reason = entry.get("because") if isinstance(entry, Mapping) else None
    return reason if isinstance(reason, str) and reason else None


def stated_table(manifest: Manifest, *tables: str, key: str | None = None) -> str | None:
    """Return a table of dazzle.toml with the line of its key, or of itself; None where the file does not set it."""
    path = (*tables, key) if key is not None else tables
    return f"[{'.'.join(tables)}] {manifest.where(*path)}" if manifest.says(*path) else None
