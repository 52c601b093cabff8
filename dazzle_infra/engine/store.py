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
        self._folder = Path(tempfile.mkdtemp(prefix="dazzle-infra-merge-"))
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
            }
        )
        self._environment |= {**identity, "GIT_DIR": str(self._folder)}
        self._git("init", "--quiet", "--bare", str(self._folder))

    def __enter__(self) -> Store:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._folder, ignore_errors=True)

    def _git(self, *arguments: str, data: bytes | None = None, accepted: tuple[int, ...] = (0,)) -> bytes:
        return run_git(*arguments, environment=self._environment, data=data, accepted=accepted)

    def commit(self, tree: Trees, parent: str | None = None) -> str:
        """Store a tree as a commit and return its id."""
        parts = [b"commit refs/heads/tree\ncommitter dazzle-infra <dazzle-infra> 0 +0000\ndata 0\n"]
        if parent:
            parts.append(f"from {parent}\n".encode())
        parts.append(b"deleteall\n")
        for path, blob in sorted(tree.items()):
            header = f"M {blob.mode} inline {_quoted(path)}\ndata {len(blob.content)}\n"
            parts.append(header.encode("utf-8", "surrogateescape") + blob.content + b"\n")
        self._git("fast-import", "--quiet", "--force", data=b"".join(parts))
        return self._git("rev-parse", "refs/heads/tree").decode().strip()

    def merge(self, base: Trees, yours: Trees, theirs: Trees, labels: tuple[str, str]) -> Merged:
        """Merge two trees that came from `base`, with git's ort strategy.

        Args:
            base: What both came from.
            yours: The one side.
            theirs: The other side.
            labels: What the conflict markers call the two sides; names of branches.
        """
        root = self.commit(base)
        for label, tree in zip(labels, (yours, theirs), strict=True):
            self._git("update-ref", f"refs/heads/{label}", self.commit(tree, root))
        printed = self._git(
            "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", *labels, accepted=(0, 1)
        )
        tree_id, *names = [name.decode("utf-8", "surrogateescape") for name in printed.split(b"\0") if name]
        return Merged(self.read(tree_id), frozenset(names))

    def renames(self, before: Trees, after: Trees) -> dict[str, str]:
        """Return which paths of `after` git takes for renamed ones of `before`: the old path by the new one."""
        old, new = self.commit(before), self.commit(after)
        printed = self._git("diff-tree", "-r", "-z", "--name-status", "--find-renames", "--diff-filter=R", old, new)
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


def _quoted(path: str) -> str:
    """Quote a path as `git fast-import` reads it."""
    escaped = path.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
