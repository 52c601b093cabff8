"""Whether a checkout is one of several of the same repository."""

from __future__ import annotations

from pathlib import Path

__all__ = ["is_linked_worktree"]


def is_linked_worktree(project: Path) -> bool:
    """Tell whether `git worktree add` made the checkout that contains the project.

    Its `.git` is a file with a path that ends in `worktrees/NAME`; that of a submodule ends in `modules/NAME`
    (git-scm.com, gitrepository-layout).
    """
    here = project.resolve()
    for folder in (here, *here.parents):
        link = folder / ".git"
        if link.is_dir():
            return False
        try:
            text = link.read_text(errors="replace")
        except OSError:
            continue
        return text.startswith("gitdir:") and Path(text.removeprefix("gitdir:").strip()).parent.name == "worktrees"
    return False
