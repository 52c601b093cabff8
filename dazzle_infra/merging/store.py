"""Merges by git in a temporary bare repository.

The repository uses no configuration, attributes or hooks of the user, and no work tree. Contents are stored unchanged.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from dazzle_infra.errors import TemplateError
from dazzle_infra.merging.line_endings import same_text
from dazzle_infra.merging.per_file import both_changed
from dazzle_infra.templates import isolated_environment, run_git

__all__ = ["LINK", "Blob", "Merged", "Store", "Trees"]

LINK = "120000"
"""git's mode of a symbolic link."""


@dataclass(frozen=True)
class Blob:
    """A file or link in git's terms.

    Attributes:
        content: The bytes of the file, or the target of a symbolic link.
        mode: git's mode: `100644`, `100755`, or `120000` for a link.
    """

    content: bytes
    mode: str = "100644"

    @property
    def is_link(self) -> bool:
        """Whether it is a symbolic link."""
        return self.mode == LINK

    def is_as(self, other: Blob | None) -> bool:
        """Return whether the other file is equal apart from line ends."""
        return other is not None and self.mode == other.mode and same_text(self.content, other.content)


Trees = Mapping[str, Blob]
"""Blobs by their paths, POSIX, relative to the tree's root."""


@dataclass(frozen=True)
class Merged:
    """The result of a merge.

    Attributes:
        tree: The merged tree, with conflict markers.
        conflicts: Paths that are in conflict. If only one side has the file, the tree contains that side's file.
    """

    tree: dict[str, Blob]
    conflicts: frozenset[str]


class Store:
    """The temporary repository, as a context manager that removes it."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        identity = {
            f"GIT_{role}_{key}": value
            for role in ("AUTHOR", "COMMITTER")
            for key, value in (("NAME", "dazzle-infra"), ("EMAIL", "dazzle-infra"), ("DATE", "0 +0000"))
        }
        # Names are bytes, never folded.
        self._environment = isolated_environment(
            {
                "merge.conflictStyle": "merge",
                "core.ignoreCase": "false",
                "core.precomposeUnicode": "false",
                "core.protectNTFS": "false",
                "core.protectHFS": "false",
                "core.fsync": "none",
            }
        )
        self._environment |= identity

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _git(self, *arguments: str, data: bytes | None = None, accepted: tuple[int, ...] = (0,)) -> bytes:
        if self._folder is None:  # most merges need none
            self._folder = Path(tempfile.mkdtemp(prefix="dazzle-infra-merge-"))
            self._environment |= {"GIT_DIR": str(self._folder)}
            run_git("init", "--quiet", "--bare", "--template=", str(self._folder), environment=self._environment)
        return run_git(*arguments, environment=self._environment, data=data, accepted=accepted)

    def _commit(self, base: Trees, branches: Mapping[str, Trees]) -> None:
        """Store trees as commits: `base` on a branch `base`, and its descendants on the branches that are named."""
        commits = [_commit_of("base", base, is_first=True)]
        commits += [_commit_of(name, tree) for name, tree in branches.items()]
        self._git("fast-import", "--quiet", "--force", data=b"".join(commits))

    def merge(self, base: Trees, yours: Trees, theirs: Trees, labels: tuple[str, str]) -> Merged:
        """Merge two trees with a common ancestor, path by path.

        git merges only the files that exist on both sides and that both sides changed. It does not see files that one
        side deleted, so that it detects no renames: `merge.renames` has no effect on the ort strategy before git 2.50.

        Args:
            base: The common ancestor.
            yours: The user's side.
            theirs: The template's side.
            labels: Names of the two sides in conflict markers; they must be valid names of branches.
        """
        paths = both_changed(base, yours, theirs)
        others = {*yours, *theirs} - paths
        sides = {path: theirs if yours.get(path) == base.get(path) else yours for path in others}
        tree = {path: side[path] for path, side in sides.items() if path in side}
        texts = {path for path in paths if _is_file(yours.get(path)) and _is_file(theirs.get(path))}
        conflicts = paths - texts
        tree |= {path: yours[path] if path in yours else theirs[path] for path in conflicts}
        if texts:
            parts = [{path: side[path] for path in texts if path in side} for side in (base, yours, theirs)]
            merged = self._merge(parts[0], parts[1], parts[2], labels)
            tree |= merged.tree
            conflicts |= merged.conflicts
        return Merged(tree, frozenset(conflicts))

    def _merge(self, base: Trees, yours: Trees, theirs: Trees, labels: tuple[str, str]) -> Merged:
        self._commit(base, dict(zip(labels, (yours, theirs), strict=True)))
        printed = self._git(
            "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", *labels, accepted=(0, 1)
        )
        tree_id, *names = [name.decode("utf-8", "surrogateescape") for name in printed.split(b"\0") if name]
        return Merged(self.read(tree_id), frozenset(names))

    def read(self, tree_id: str) -> dict[str, Blob]:
        """Return the blobs of a stored tree."""
        entries = [entry.split(b"\t", 1) for entry in self._git("ls-tree", "-r", "-z", tree_id).split(b"\0") if entry]
        wanted = b"".join(meta.split()[2] + b"\n" for meta, _ in entries)
        raw = self._git("cat-file", "--batch", data=wanted) if entries else b""
        found, position = {}, 0
        for meta, path in entries:
            end = raw.index(b"\n", position)
            size = int(raw[position:end].split()[2])
            content = raw[end + 1 : end + 1 + size]
            if len(content) != size:
                raise TemplateError("git gave back less than it was given")
            found[path.decode("utf-8", "surrogateescape")] = Blob(content, meta.split()[0].decode())
            position = end + size + 2
        return found


def _is_file(blob: Blob | None) -> bool:
    return blob is not None and not blob.is_link


def _commit_of(branch: str, tree: Trees, *, is_first: bool = False) -> bytes:
    """Return a commit as input of `git fast-import`; the first commit is the parent of all others."""
    mark, parent = ("mark :1\n", "") if is_first else ("", "from :1\n")
    author = "committer dazzle-infra <dazzle-infra> 0 +0000\ndata 0\n"
    parts = [f"commit refs/heads/{branch}\n{mark}{author}{parent}deleteall\n".encode()]
    for path, blob in sorted(tree.items()):
        header = f"M {blob.mode} inline {_quoted(path)}\ndata {len(blob.content)}\n"
        parts.append(header.encode("utf-8", "surrogateescape") + blob.content + b"\n")
    return b"".join(parts)


def _quoted(path: str) -> str:
    """Quote a path for `git fast-import`."""
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
