"""Checking a version of a template out of our cache, for Copier to render.

Copier's own way mirrors the cached repository once more and looks for submodules, which are refused before a template
gets here: some fifty processes for each version, which take longer than to render it.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Callable

__all__ = ["Checkouts"]


class Checkouts:
    """What is checked out, each version once; nobody writes into it."""

    def __init__(self) -> None:
        self._places: dict[tuple[str, str], tuple[str, str]] = {}
        self._done: dict[tuple[str, str], str] = {}

    def know(self, url: str, version: str, repository: str, commit: str) -> None:
        """Say which commit of which repository is meant when Copier asks for that version of that URL."""
        self._places[url, version] = (repository, commit)

    def instead_of(self, clone: Callable[..., str]) -> Callable[..., str]:
        """Return what stands in for Copier's function `clone`, which is still asked for what is not known here."""

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
    """Check a commit out, with the repository's tags: by those Copier calls the version."""
    _git("clone", "--quiet", "--shared", "--no-checkout", "--template=", "--", repository, location)
    _git("-C", location, "checkout", "--quiet", "--force", "--detach", commit)
    return location


def _git(*arguments: str) -> None:
    """Run git as it is called by its whole path, which is all that this process may run."""
    done = subprocess.run([shutil.which("git") or "git", *arguments], capture_output=True, check=False)
    if done.returncode != 0:
        lines = done.stderr.decode(errors="replace").strip().splitlines()
        raise OSError(f"git {' '.join(arguments[:1])} failed: {lines[-1] if lines else done.returncode}")
