"""Fetching the repositories of templates into the cache."""

from __future__ import annotations

import copy
import hashlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from dazzle_infra.cache.location import cache_directory
from dazzle_infra.errors import PreconditionError
from dazzle_infra.templates.cache import cached, entries, evict, locked, note_fetched, note_used
from dazzle_infra.templates.git import GitError, fetching_environment, isolated_environment, run_git
from dazzle_infra.templates.memory import remembered
from dazzle_infra.values.program import program

__all__ = ["MOST_ENTRIES", "MOST_MEGABYTES", "Access", "holder_of", "is_commit_id"]

MOST_ENTRIES = 50
"""The default limit of the number of templates in the cache."""

MOST_MEGABYTES = 1000
"""The default limit of their size, in millions of bytes."""

_FETCH_SECONDS = 120
_BRANCHES = "+refs/heads/*:refs/heads/*"
_FILE = "file://"


@dataclass(frozen=True)
class Access:
    """The access of one run to templates. Each URL is fetched once.

    Attributes:
        offline: Whether templates are not fetched over a network, but taken from the cache.
        most_entries: The limit of the number of templates in the cache.
        most_megabytes: The limit of their size, in millions of bytes.
    """

    offline: bool = False
    most_entries: int = MOST_ENTRIES
    most_megabytes: int = MOST_MEGABYTES
    _known: dict[str, Path | PreconditionError] = field(default_factory=dict, repr=False, compare=False)

    def repository(self, url: str) -> Path:
        """Return a local repository with the present branches and tags of a URL, or those of the last fetch if offline.

        Raises:
            PreconditionError: The URL cannot be fetched, or is not in the cache; or one of its tags has moved.
        """
        if url not in self._known:
            try:
                self._known[url] = self._found(url)
            except PreconditionError as error:
                self._known[url] = error
        known = self._known[url]
        if isinstance(known, PreconditionError):
            raise copy.copy(known)
        return known

    def bring_commit(self, url: str, commit: str) -> None:
        """Fetch a commit that is on no branch or tag any more, if the server still provides it."""
        repository = self.repository(url)
        # The value may be untrusted: git would interpret anything but an id as a refspec.
        if is_commit_id(commit) and not self.offline and not _has(repository, commit):
            try:
                self._fetch(repository, url, commit)
            except GitError:
                return

    @remembered
    def _found(self, url: str) -> Path:
        name = _entry_name(url)
        entry = cache_directory() / name
        is_new = not entry.is_dir()
        if self.offline and not _is_here(url):
            if is_new:
                raise PreconditionError(
                    f"the template {url} is not in the cache, and --offline does not allow fetching it",
                    code="offline",
                    hint=f"run the command once without --offline; `{program()} cache` lists the cached templates",
                )
            note_used(entry, url)
            return entry
        try:
            entry = cached(name, lambda folder: self._made(folder, url))
            with locked(entry):
                if not is_new:
                    self._fetch_all(entry, url)
        except GitError as error:
            raise _unfetched(url, error) from error
        note_fetched(entry)
        note_used(entry, url)
        if is_new:
            evict(self.most_entries, self.most_megabytes * 1_000_000)
        return entry

    def _made(self, folder: Path, url: str) -> None:
        run_git("init", "--quiet", "--bare", str(folder), environment=isolated_environment())
        self._fetch_all(folder, url)

    def _fetch_all(self, repository: Path, url: str) -> None:
        """Fetch the present branches and all tags.

        Tags are fetched without force, so that git reports a moved tag as an error. They are fetched by `--tags`,
        because git would prune tags that a refspec names.
        """
        self._fetch(repository, url, _BRANCHES, options=("--prune", "--no-prune-tags", "--tags"))

    def _fetch(self, repository: Path, url: str, wanted: str, options: Sequence[str] = ()) -> None:
        # Named explicitly: safe.bareRepository may forbid git to discover bare repositories.
        environment = fetching_environment() | {"GIT_DIR": str(repository)}
        if self.offline:
            environment["GIT_ALLOW_PROTOCOL"] = "file"
        run_git(
            "fetch",
            "--no-auto-maintenance",
            "--no-recurse-submodules",
            *options,
            "--",
            url,
            wanted,
            environment=environment,
            seconds=_FETCH_SECONDS,
        )


def is_commit_id(text: str) -> bool:
    """Return whether a text is the full id of a commit, and not an abbreviation or another name of one."""
    return re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", text) is not None


def holder_of(commit: str) -> Path | None:
    """Return a repository of the cache that contains the commit, or None."""
    if not is_commit_id(commit):
        return None
    return next((entry.path for entry in entries() if _has(entry.path, commit)), None)


def _has(repository: Path, commit: str) -> bool:
    try:
        run_git("cat-file", "-e", f"{commit}^{{commit}}", environment=isolated_environment(), repository=repository)
    except GitError:
        return False
    return True


def _entry_name(url: str) -> str:
    return f"templates/{hashlib.sha256(url.encode()).hexdigest()[:16]}.git"


def _is_here(url: str) -> bool:
    return url.startswith(_FILE) and Path(unquote(url.removeprefix(_FILE))).is_dir()


def _unfetched(url: str, error: GitError) -> PreconditionError:
    """Return the error for a failed fetch."""
    moved = re.findall(r"^ *! \[rejected\] +(\S+) .*would clobber existing tag", error.said, re.MULTILINE)
    if moved:
        return PreconditionError(
            f"tags of the template {url} have moved since they were fetched: {', '.join(moved)}",
            code="tag_moved",
            hint="tags must not move: ask the template's owner to restore them and to release a new version",
        )
    fetched = next((entry.fetched for entry in entries() if entry.path.name == Path(_entry_name(url)).name), None)
    if fetched is not None:
        day = time.strftime("%Y-%m-%d", time.localtime(fetched))
        return PreconditionError(
            f"the template {url} cannot be fetched: {error.message}",
            code="template_unreachable",
            hint=f"a copy that was fetched on {day} is in the cache: --offline uses it; else check `template` and the "
            "network",
        )
    if url.startswith(_FILE) and not Path(unquote(url.removeprefix(_FILE))).exists():
        return PreconditionError(
            f"the template {url} does not exist",
            code="template_unreachable",
            hint="check its URL, and set `template` or --template to the current one",
        )
    if "does not appear to be a git repository" in error.said:
        return PreconditionError(
            f"the template {url} is not a git repository",
            code="template_unreachable",
            hint="name a git repository in `template`; a folder becomes one by git init, a commit and a tag",
        )
    return PreconditionError(
        f"the template {url} cannot be fetched: {error.message}",
        code="template_unreachable",
        hint="check `template` in dazzle.toml, the network, and that git can fetch that URL",
    )
