"""A throw-away bare repository: trees in, git's own merge of them out.

Nothing of the user's reaches it: no configuration, no attributes, no hooks, no work tree. Content goes in as it is.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from dazzle_infra.engine.lines import same_text
from dazzle_infra.engine.narrow import both_changed
from dazzle_infra.errors import TemplateError
from dazzle_infra.templates import isolated_environment, run_git

__all__ = ["Blob", "Merged", "Store", "Trees"]


@dataclass(frozen=True)
class Blob:
    """A file as git knows it.

    Attributes:
        content: Its bytes; the target of a symbolic link.
        mode: git's mode: `100644`, `100755` or `120000`.
    """

    content: bytes
    mode: str = "100644"

    def is_as(self, other: Blob | None) -> bool:
        """Say whether nobody has edited one into the other; line ends are no edit."""
        return other is not None and self.mode == other.mode and same_text(self.content, other.content)


Trees = Mapping[str, Blob]
"""Blobs by their paths, POSIX, relative to the tree's root."""


@dataclass(frozen=True)
class Merged:
    """What a merge came to.

    Attributes:
        tree: The merged tree, conflict markers inside.
        conflicts: Paths that are in conflict, as they are called in the merged tree or were called before.
    """

    tree: dict[str, Blob]
    conflicts: frozenset[str]


class Store:
    """The repository; a context manager that removes it."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        identity = {
            f"GIT_{role}_{key}": value
            for role in ("AUTHOR", "COMMITTER")
            for key, value in (("NAME", "dazzle-infra"), ("EMAIL", "dazzle-infra"), ("DATE", "0 +0000"))
        }
        # Renames of folders are followed, which git only reports by default; names are bytes, never folded.
        self._environment = isolated_environment(
            {
                "merge.directoryRenames": "true",
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
        """Store trees as commits: the first on a branch `base`, and the others, which come from it, on theirs."""
        commits = [_commit_of("base", base, is_first=True)]
        commits += [_commit_of(name, tree) for name, tree in branches.items()]
        self._git("fast-import", "--quiet", "--force", data=b"".join(commits))

    def merge(self, base: Trees, yours: Trees, theirs: Trees, labels: tuple[str, str]) -> Merged:
        """Merge two trees that came from `base`, with git's ort strategy.

        Args:
            base: What both came from.
            yours: The one side.
            theirs: The other side.
            labels: What the conflict markers call the two sides; names of branches.
        """
        paths = both_changed(base, yours, theirs)
        if paths is None:
            return self._merge(base, yours, theirs, labels)
        others = {*yours, *theirs} - paths
        sides = {path: theirs if yours.get(path) == base.get(path) else yours for path in others}
        tree = {path: side[path] for path, side in sides.items() if path in side}
        if not paths:
            return Merged(tree, frozenset())
        base, yours, theirs = ({path: side[path] for path in paths if path in side} for side in (base, yours, theirs))
        merged = self._merge(base, yours, theirs, labels)
        return Merged(tree | merged.tree, merged.conflicts)

    def _merge(self, base: Trees, yours: Trees, theirs: Trees, labels: tuple[str, str]) -> Merged:
        self._commit(base, dict(zip(labels, (yours, theirs), strict=True)))
        printed = self._git(
            "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", *labels, accepted=(0, 1)
        )
        tree_id, *names = [name.decode("utf-8", "surrogateescape") for name in printed.split(b"\0") if name]
        return Merged(self.read(tree_id), frozenset(names))

    def renames(self, before: Trees, after: Trees) -> dict[str, str]:
        """Return which paths of `after` git takes for renamed ones of `before`: the old path by the new one."""
        if before.keys() <= after.keys() or after.keys() <= before.keys():
            return {}
        self._commit(before, {"after": after})
        options = ("-r", "-z", "--name-status", "--find-renames", "--diff-filter=R")
        printed = self._git("diff-tree", *options, "refs/heads/base", "refs/heads/after")
        fields = [name.decode("utf-8", "surrogateescape") for name in printed.split(b"\0") if name]
        return {fields[index + 2]: fields[index + 1] for index in range(0, len(fields), 3)}

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


def _commit_of(branch: str, tree: Trees, *, is_first: bool = False) -> bytes:
    """Return a commit in the language of `git fast-import`; all others come from the first."""
    mark, parent = ("mark :1\n", "") if is_first else ("", "from :1\n")
    author = "committer dazzle-infra <dazzle-infra> 0 +0000\ndata 0\n"
    parts = [f"commit refs/heads/{branch}\n{mark}{author}{parent}deleteall\n".encode()]
    for path, blob in sorted(tree.items()):
        header = f"M {blob.mode} inline {_quoted(path)}\ndata {len(blob.content)}\n"
        parts.append(header.encode("utf-8", "surrogateescape") + blob.content + b"\n")
    return b"".join(parts)


def _quoted(path: str) -> str:
    """Quote a path as `git fast-import` reads it."""
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
