"""The imports of the package follow the table of docs/architecture.md."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "dazzle_infra"


def documented() -> dict[str, set[str]]:
    """Return the rooms of the table, and the rooms that each may import."""
    text = (ROOT / "docs/architecture.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \|.*\|([^|]*)\|$", text, flags=re.MULTILINE)
    return {room: set(re.findall(r"`(\w+)`", allowed)) for room, allowed in rows}


def imported(path: Path) -> Iterator[tuple[str, ...]]:
    """Yield the parts of each module of the package that a file imports, deferred imports included."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} imports relatively"
            names = [f"{node.module}.{alias.name}" for alias in node.names] if node.module == "dazzle_infra" else []
            names = names or [node.module or ""]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        found = (tuple(name.split(".")[1:]) for name in names if name.startswith("dazzle_infra."))
        yield from (parts for parts in found if parts[0] != "__version__")


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def files() -> list[Path]:
    return [path for path in sorted(PACKAGE.rglob("*.py")) if path.parent != PACKAGE or path.name == "errors.py"]


def test_every_room_is_in_the_table_and_every_row_is_a_room() -> None:
    assert set(documented()) == {room_of(path) for path in files()}


def test_a_room_imports_only_the_rooms_that_the_table_lists() -> None:
    allowed = documented()
    violations = [
        f"{path.relative_to(ROOT)} imports {'.'.join(parts)}"
        for path in files()
        for parts in imported(path)
        if parts[0] != room_of(path) and parts[0] not in allowed[room_of(path)]
    ]
    assert not violations


def test_the_table_lists_no_room_that_is_not_imported() -> None:
    used = {
        room: {parts[0] for path in files() if room_of(path) == room for parts in imported(path)}
        for room in documented()
    }
    assert {room: listed - used[room] for room, listed in documented().items() if listed - used[room]} == {}


def test_rooms_import_each_other_in_no_circle() -> None:
    assert list(TopologicalSorter(documented()).static_order())


def test_a_backend_imports_no_other_backend() -> None:
    violations = [
        f"{path.relative_to(ROOT)} imports {'.'.join(parts)}"
        for path in sorted((PACKAGE / "backends").glob("*/**/*.py"))
        for parts in imported(path)
        if parts[0] == "backends" and len(parts) > 1 and (PACKAGE / "backends" / parts[1]).is_dir()
        if parts[1] != path.relative_to(PACKAGE / "backends").parts[0]
    ]
    assert not violations


def test_the_worker_process_imports_nothing_else_of_the_package() -> None:
    foreign = {parts for path in (PACKAGE / "rendering/worker").glob("*.py") for parts in imported(path)}
    assert all(parts[:2] == ("rendering", "worker") for parts in foreign)
