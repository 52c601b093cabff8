"""Trees of files: made, read, and held against a golden one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from textwrap import dedent

GOLDENS = Path(__file__).parent.parent / "goldens"
UNCHANGED = "unchanged.sha256"
"""Lists the files of a golden tree that are copies of the template's sources."""


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


def assert_golden(root: Path, name: str, sources: Path) -> None:
    """Hold the tree below `root` against `tests/goldens/NAME`; `make goldens` writes it instead.

    Files that depend on answers are there whole. A file that is a copy of one of the sources is a line of
    `UNCHANGED`: its digest and its path.

    Args:
        root: The tree that was rendered.
        name: The name of the golden tree.
        sources: The sources of the template.
    """
    golden, found = GOLDENS / name, read_tree(root)
    if os.environ.get("UPDATE_GOLDENS"):
        copied = {sha256(content).hexdigest() for content in read_tree(sources).values()}
        unchanged = {path: digest for path in found if (digest := sha256(found[path]).hexdigest()) in copied}
        shutil.rmtree(golden, ignore_errors=True)
        build_tree(golden, {path: content for path, content in found.items() if path not in unchanged})
        (golden / UNCHANGED).write_text("".join(f"{digest}  {path}\n" for path, digest in unchanged.items()))
    expected = read_tree(golden)
    lines = expected.pop(UNCHANGED).decode().splitlines()
    digests = {path: digest for digest, path in (line.split("  ", 1) for line in lines)}
    assert sorted(found) == sorted([*expected, *digests]), f"tests/goldens/{name} has other files; see `make goldens`"
    for path, content in expected.items():
        assert found[path].decode() == content.decode(), f"tests/goldens/{name}/{path} differs"
    for path, digest in digests.items():
        assert sha256(found[path]).hexdigest() == digest, f"tests/goldens/{name}: {path} differs; see `make goldens`"
