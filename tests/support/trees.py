"""Trees of files: made, read, and held against a golden one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

GOLDENS = Path(__file__).parent.parent / "goldens"


def build_tree(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write the files below `root`, text dedented, and return `root`."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else dedent(content).encode())
    return root


def read_tree(root: Path) -> dict[str, bytes]:
    """Return every file below `root` by its POSIX path, `.git` left out."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(root).parts
    }


def assert_golden(root: Path, name: str) -> None:
    """Hold the tree below `root` against `tests/goldens/NAME`; `make goldens` writes it instead."""
    golden = GOLDENS / name
    if os.environ.get("UPDATE_GOLDENS"):
        shutil.rmtree(golden, ignore_errors=True)
        for path, content in read_tree(root).items():
            build_tree(golden, {path: content})
    expected, found = read_tree(golden), read_tree(root)
    assert sorted(found) == sorted(expected), f"tests/goldens/{name} has other files; see `make goldens`"
    for path, content in expected.items():
        assert found[path].decode() == content.decode(), f"tests/goldens/{name}/{path} differs"
