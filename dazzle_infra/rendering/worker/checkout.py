"""Checkout of a version of a template from the cache, for Copier to render.

Copier itself would clone the cached repository again and search it for submodules, which were refused before. That
takes about fifty processes for each version, and longer than the render.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable

__all__ = ["Checkouts"]


class Checkouts:
    """The checkouts, one for each version. They must not be changed."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], tuple[str, str]] = {}
        self._done: dict[tuple[str, str], str] = {}

    def know(self, url: str, version: str, repository: str, commit: str) -> None:
        """Register the repository and commit for a version of a URL."""
        self._places[url, version] = (repository, commit)

    def instead_of(self, clone: Callable[..., str]) -> Callable[..., str]:
        """Return a replacement of Copier's function `clone`, which is called for versions that are not registered."""

        def checked_out(url: str, ref: str = "HEAD", location: str | None = None) -> str:
            if (url, ref) not in self._done:
                place = self._places.get((url, ref))
                self._done[url, ref] = (
                    clone(url, ref, location=location)
                    if place is None
                    else _check_out(*place, location or tempfile.mkdtemp(prefix="checkout-"))
                )
            return self._done[url, ref]

        return checked_out


def _check_out(repository: str, commit: str, location: str) -> str:
    """Check out a commit, with the repository's tags, by which Copier names the version."""
    _git("clone", "--quiet", "--shared", "--no-checkout", "--template=", "--", repository, location)
    _git("-C", location, "checkout", "--quiet", "--force", "--detach", commit)
    return location


def _git(*arguments: str) -> None:
    """Run git by its absolute path: the guard allows no other program."""
    done = subprocess.run([shutil.which("git") or "git", *arguments], capture_output=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise OSError(f"git {' '.join(arguments[:1])} failed: {lines[-1] if lines else done.returncode}")
