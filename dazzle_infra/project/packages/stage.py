"""What the packages stage of an image copies and what it has to know, from the project's own files."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field

from dazzle_infra.errors import PackagesError, Where
from dazzle_infra.project.packages.tree import Tree
from dazzle_infra.values.paths import contains
from dazzle_infra.values.words import quoted

__all__ = ["BuildSecret", "Findings", "PackagesStage", "Remark", "SystemProposal"]


@dataclass(frozen=True)
class Remark:
    """What a person should know before the build, which may succeed all the same.

    Attributes:
        message: One sentence, without a full stop.
        where: The place that it concerns.
    """

    message: str
    where: Where


@dataclass(frozen=True)
class BuildSecret:
    """An environment variable that the package manager reads during the build, such as a token of a private index.

    Attributes:
        name: The variable.
        where: What reads it.
    """

    name: str
    where: Where


@dataclass(frozen=True)
class SystemProposal:
    """Debian packages that a package of the project requires.

    Attributes:
        needed_by: The package.
        where: What declares it.
        build: Debian packages for the build.
        run: Debian packages at run time.
    """

    needed_by: str
    where: Where
    build: tuple[str, ...] = ()
    run: tuple[str, ...] = ()


@dataclass(frozen=True)
class PackagesStage:
    """What was found. Paths are POSIX, normalised, sorted and relative to the build context.

    Attributes:
        context: The build context, relative to the project; above it where a lock at a monorepo's root is used.
        project: The project's folder in the build context.
        files: Files that the package manager reads.
        folders: Local packages, which are copied whole.
        editable: Those of the folders that stay where they are, because the installation links to them.
        is_hashed: Whether pip refuses packages without a hash, so that added packages need a step of their own.
        root: The folder of the lock of a Node workspace, in which its package manager installs.
        members: Folders of the workspace that the project depends on, itself left out; None without a workspace.
        needs_tools: Whether scripts of the installation call packages for development.
        secrets: Variables that the package manager reads.
        proposals: Debian packages that packages of the project require.
        remarks: What a person should know.
    """

    context: str = "."
    project: str = "."
    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()
    editable: tuple[str, ...] = ()
    is_hashed: bool = False
    root: str = "."
    members: tuple[str, ...] | None = None
    needs_tools: bool = False
    secrets: tuple[BuildSecret, ...] = ()
    proposals: tuple[SystemProposal, ...] = ()
    remarks: tuple[Remark, ...] = ()


@dataclass
class Findings:
    """What an analysis has found so far.

    Attributes:
        tree: The files that an image can copy. Paths are relative to its root.
        python_version: Python of the image, `X.Y`, for environment markers.
    """

    tree: Tree
    python_version: str = "3.12"
    files: set[str] = field(default_factory=set)
    folders: set[str] = field(default_factory=set)
    editable: set[str] = field(default_factory=set)
    is_hashed: bool = False
    root: str | None = None
    members: set[str] | None = None
    needs_tools: bool = False
    secrets: dict[str, BuildSecret] = field(default_factory=dict)
    proposals: dict[str, SystemProposal] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)

    def secret(self, name: str, where: Where) -> None:
        """Note a variable that the package manager reads, with the first place that does."""
        self.secrets.setdefault(name, BuildSecret(name, where))

    def folder(self, path: str, where: Where, *, is_editable: bool = False) -> None:
        """Note a folder that is copied whole.

        Args:
            path: The folder, as `Tree.place` returns it.
            where: The place that refers to it.
            is_editable: Whether the installation links to the folder.

        Raises:
            PackagesError: It is the project, or contains it.
        """
        if path == "." or contains(path, self.tree.project):
            what = "the project itself" if path == self.tree.project else "a folder that contains the project"
            hint = (
                "list single files and folders: the image contains the project's sources, not an installation of them"
            )
            raise PackagesError(f"{quoted(self.tree.shown(path))} is {what}", where=where, hint=hint)
        self.folders.add(path)
        if is_editable:
            self.editable.add(path)

    def remark(self, message: str, where: Where) -> None:
        """Note what a person should know, once."""
        remark = Remark(message, where)
        if remark not in self.remarks:
            self.remarks.append(remark)

    def stage(self) -> PackagesStage:
        """Return what was found, with the smallest build context that contains it."""
        tree = self.tree
        folders = {posixpath.dirname(path) for path in (*self.files, *self.folders)} | {tree.project}
        context = posixpath.commonpath([posixpath.join("/", folder) for folder in folders]).lstrip("/") or "."
        return PackagesStage(
            context=posixpath.relpath(context, tree.project),
            project=posixpath.relpath(tree.project, context),
            files=_relative(self.files, context),
            folders=_relative(self.folders, context),
            editable=_relative(self.editable, context),
            is_hashed=self.is_hashed,
            root=posixpath.relpath(tree.project if self.root is None else self.root, context),
            members=None if self.members is None else _relative(self.members, context),
            needs_tools=self.needs_tools,
            secrets=tuple(self.secrets[name] for name in sorted(self.secrets)),
            proposals=tuple(self.proposals[name] for name in sorted(self.proposals)),
            remarks=tuple(self.remarks),
        )


def _relative(paths: set[str], folder: str) -> tuple[str, ...]:
    return tuple(sorted(posixpath.relpath(path, folder) for path in paths))
