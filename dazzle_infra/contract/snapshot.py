"""A fork on disk, copied into a temporary repository: history, tags, and the files with uncommitted changes.

The snapshot has the files that `git add --all && git commit` would record, so that a change can be checked before it is
committed. Nothing is written to the fork's repository, and none of its hooks and filters run.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dazzle_infra.errors import PreconditionError, Where
from dazzle_infra.templates import Template, isolated_environment, run_git, versions_of
from dazzle_infra.templates.git import GitError, fetching_environment
from dazzle_infra.values.program import program

__all__ = ["CHECKED", "Snapshot", "take_snapshot"]

CHECKED = "v0+checked"
"""The tag of the snapshot in the temporary repository."""

_SAFE = {"safe.directory": "*", "core.fsmonitor": "false", "core.untrackedCache": "false"}
_WHO = {
    f"GIT_{role}_{key}": value
    for role in ("AUTHOR", "COMMITTER")
    for key, value in (("NAME", "dazzle-infra"), ("EMAIL", "dazzle-infra"), ("DATE", "@0 +0000"))
}


@dataclass(frozen=True)
class Snapshot:
    """The snapshot of a fork.

    Attributes:
        folder: The fork's folder.
        repository: The temporary bare repository: the fork's tags, and the files on disk as the tag `CHECKED`.
        head: The commit that is checked out; None for a folder that is not a repository.
        is_dirty: Whether the files on disk differ from that commit.
        is_shallow: Whether the clone is shallow, so earlier releases may be missing.
        history: The commit that is checked out and all its ancestors.
    """

    folder: Path
    repository: Path
    head: str | None
    is_dirty: bool
    is_shallow: bool
    history: frozenset[str]

    def template(self, name: str, version: str = CHECKED) -> Template:
        """Return the snapshot, or a release of the fork, as a template to render."""
        return Template(name, f"git+{self.folder.as_uri()}", self.repository, version)

    def tags(self) -> dict[str, str]:
        """Return the commit of each of the fork's own version tags, oldest version first."""
        names = [version for version in versions_of(self.repository) if version != CHECKED]
        ids = _git("rev-parse", *(f"refs/tags/{name}^{{commit}}" for name in names), repository=self.repository)
        return dict(zip(names, ids.split(), strict=True)) if names else {}

    def history_of(self, tag: str) -> frozenset[str]:
        """Return the commit of one of the fork's tags and all its ancestors."""
        return frozenset(_git("rev-list", f"refs/tags/{tag}", repository=self.repository).split())

    def files(self) -> list[str]:
        """Return the paths of the files in the snapshot."""
        listed = _git("ls-tree", "-r", "-z", "--name-only", f"refs/tags/{CHECKED}", repository=self.repository)
        return [path for path in listed.split("\0") if path]


def take_snapshot(folder: Path, repository: Path) -> Snapshot:
    """Copy the fork in `folder` to a new bare repository.

    Raises:
        PreconditionError: There is no template in the folder, or its history cannot be read.
    """
    folder = folder.resolve()
    if not (folder / "copier.yml").is_file():
        raise PreconditionError(
            f"{folder} contains no copier.yml",
            code="no_template",
            where=Where(file=str(folder)),
            hint=f"name the directory of a template; `{program()} template eject docker DIR` creates one",
        )
    run_git("init", "--quiet", "--bare", str(repository), environment=isolated_environment())
    head = _fetch(folder, repository) if (folder / ".git").exists() else None
    tree = _write_tree(folder, repository)
    commit = _git("commit-tree", tree, *(["-p", head] if head else []), "-m", "checked", repository=repository)
    _git("update-ref", f"refs/tags/{CHECKED}", commit, repository=repository)
    committed = _git("rev-parse", f"{head}^{{tree}}", repository=repository) if head else ""
    history = _git("rev-list", head, repository=repository).split() if head else []
    return Snapshot(
        folder,
        repository,
        head,
        is_dirty=tree != committed,
        is_shallow=(repository / "shallow").exists(),
        history=frozenset(history),
    )


def _fetch(folder: Path, repository: Path) -> str:
    """Fetch the fork's history and tags into the temporary repository, and return the commit that is checked out."""
    environment = fetching_environment() | {"GIT_DIR": str(repository)}
    arguments = ("--quiet", "--no-auto-maintenance", "--no-recurse-submodules", "--update-shallow", "--")
    try:
        run_git(
            "fetch", *arguments, folder.as_uri(), "HEAD:refs/heads/head", "refs/tags/*:refs/tags/*",
            environment=environment,
        )  # fmt: skip
    except GitError as error:
        raise PreconditionError(
            f"the history of {folder} cannot be read: {error.message}",
            code="template_unreachable",
            where=Where(file=str(folder)),
            hint="the directory must be a git repository of the current user with at least one commit",
        ) from error
    return _git("rev-parse", "refs/heads/head", repository=repository)


def _write_tree(folder: Path, repository: Path) -> str:
    """Store the files on disk and return their tree's id."""
    names = b"".join(f"{name}\0".encode("utf-8", "surrogateescape") for name in _files(folder))
    environment = isolated_environment(_SAFE) | {"GIT_DIR": str(repository), "GIT_WORK_TREE": str(folder)}
    run_git("update-index", "--add", "-z", "--stdin", environment=environment, repository=folder, data=names)
    return run_git("write-tree", environment=environment).decode().strip()


def _files(folder: Path) -> Iterator[str]:
    """Yield the files that git tracks or would track; without a repository, every file."""
    try:
        listed = run_git(
            "ls-files", "-z", "--cached", "--others", "--exclude-standard",
            environment=isolated_environment(_SAFE), repository=folder,
        )  # fmt: skip
        names = {name.decode("utf-8", "surrogateescape") for name in listed.split(b"\0") if name}
    except GitError:
        names = {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
    yield from sorted(name for name in names if (folder / name).is_symlink() or (folder / name).is_file())


def _git(*arguments: str, repository: Path) -> str:
    return run_git(*arguments, environment=isolated_environment() | _WHO, repository=repository).decode().strip()
