"""The copies of answers files in `.dazzle-infra/answers`, from which lost answers files are restored."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from dazzle_infra.errors import DazzleInfraError
from dazzle_infra.templates.answers_file import ANSWERS_FILE, Recorded, read_recorded
from dazzle_infra.transaction import STATE
from dazzle_infra.transaction.state import refuse_inaccessible, state_directory
from dazzle_infra.values.placement import Place

__all__ = ["intact_answers", "own_copy", "refresh_copies", "remember_answers", "was_made"]


def remember_answers(root: Path, place: Place) -> None:
    """Store a copy of an answers file that was just written; errors are ignored, because the run is complete."""
    with suppress(OSError):
        state_directory(root)
        copy = _copy(root, place)
        copy.parent.mkdir(exist_ok=True)
        copy.write_bytes((root / place.answers).read_bytes())


def was_made(root: Path, place: Place) -> bool:
    """Return whether dazzle-infra generated files of a backend in this checkout: a copy of the answers file exists."""
    folder = root / place.directory
    return _copy(root, place).is_file() and folder.is_dir() and any(folder.iterdir())


def refresh_copies(root: Path) -> None:
    """Refresh the copies of the answers files after an update was reverted."""
    for copy in (root / STATE / "answers").glob("*.yml"):
        name = copy.stem.replace("%", "/")
        path = root / (copy.name if name.startswith(".copier-answers") else f"{name}/{ANSWERS_FILE}")
        if intact_answers(path) is not None:
            copy.write_bytes(path.read_bytes())


def _copy(root: Path, place: Place) -> Path:
    refuse_inaccessible(root)
    name = place.answers_file if place.is_shared else f"{place.directory.replace('/', '%')}.yml"
    return root / STATE / "answers" / name


def own_copy(root: Path, place: Place) -> bytes | None:
    """Return the content of the copy of a backend's answers file, or None if there is no valid one."""
    copy = _copy(root, place)
    return copy.read_bytes() if copy.is_file() and intact_answers(copy) is not None else None


def intact_answers(path: Path) -> Recorded | None:
    """Return the content of an answers file, or None if it is invalid or was edited by hand."""
    try:
        recorded = read_recorded(path, path.name)
    except DazzleInfraError:
        return None
    return None if recorded.is_intact is False else recorded
