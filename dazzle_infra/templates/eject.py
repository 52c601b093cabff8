"""Creating a fork of an embedded template: a git repository that can merge further upstream releases.

Upstream's tags become remote refs (`upstream/v1.0.0`) and not tags of the fork. A tag `v1.3.0` in the fork would be
newer than its `v1.2.0+acme.1`, so that applications would be updated to upstream's version without the fork's changes.
If two tags are on one commit, Copier records the tag by which git describes it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dazzle_infra.errors import PreconditionError, Where
from dazzle_infra.templates.embedded import embedded_url
from dazzle_infra.templates.git import isolated_environment, require_git, run_git
from dazzle_infra.templates.source import resolve_template

__all__ = ["BRANCH", "UPSTREAM", "Ejected", "eject"]

UPSTREAM = "upstream"
"""The name of the fork's remote for the embedded template."""

BRANCH = "main"

_FETCH = ("+refs/heads/*:refs/remotes/upstream/*", "+refs/tags/*:refs/remotes/upstream/*")


@dataclass(frozen=True)
class Ejected:
    """A fork that was created.

    Attributes:
        name: The name of the template.
        folder: The folder of the fork.
        version: The release on which it is based.
        upstream: The URL of further releases.
    """

    name: str
    folder: Path
    version: str
    upstream: str


def eject(name: str, folder: Path, version: str | None = None, source: str | None = None) -> Ejected:
    """Create a repository with the template's whole history and `main` at a release.

    Args:
        name: The name of the template.
        folder: The folder of the fork; it must not exist, or be empty.
        version: The release; None for the newest.
        source: The URL or path of the template; None for the embedded one of that name.

    Raises:
        UsageError: There is no such template.
        TemplateError: The template has no such release.
        PreconditionError: The folder exists and is not empty; or git is missing or too old.
    """
    require_git()
    template = resolve_template(name, source or embedded_url(name), version, None)
    environment = isolated_environment({f"url.{template.repository}.insteadOf": template.url})
    with _made_whole(folder) as working:

        def git(*arguments: str) -> None:
            run_git(*arguments, environment=environment, repository=working)

        git("init", "--quiet")
        git("symbolic-ref", "HEAD", f"refs/heads/{BRANCH}")
        git("config", f"remote.{UPSTREAM}.url", template.url)
        for refspec in _FETCH:
            git("config", "--add", f"remote.{UPSTREAM}.fetch", refspec)
        git("config", f"remote.{UPSTREAM}.tagOpt", "--no-tags")
        git("fetch", "--quiet", UPSTREAM)
        git("reset", "--quiet", "--hard", f"refs/remotes/{UPSTREAM}/{template.version}")
    return Ejected(name, folder, template.version, template.url)


@contextmanager
def _made_whole(folder: Path) -> Iterator[Path]:
    """Yield a temporary folder, which is renamed to `folder` at the end, or removed after an error."""
    is_folder = folder.is_dir() and not folder.is_symlink()
    if folder.is_symlink() or (folder.exists() and not (is_folder and not any(folder.iterdir()))):
        what = "is not empty" if is_folder else "is not a folder"
        raise PreconditionError(
            f"{folder} exists and {what}", code="exists", where=Where(file=str(folder)), hint="name a new folder"
        )
    target = folder.absolute()
    target.parent.mkdir(parents=True, exist_ok=True)
    working = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        yield working
        working.chmod(0o755)
        working.rename(target)
    finally:
        shutil.rmtree(working, ignore_errors=True)
