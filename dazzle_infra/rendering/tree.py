"""Reading a rendered tree from disk."""

from __future__ import annotations

import stat
from pathlib import Path

from dazzle_infra.errors import TemplateError
from dazzle_infra.rendering.file_names import check_name
from dazzle_infra.rendering.worker.guard import LARGEST_RENDERED, MOST_RENDERED
from dazzle_infra.values.trees import File, Tree

__all__ = ["read_tree"]


def read_tree(root: Path) -> Tree:
    """Return the files that a template rendered into `root`.

    Raises:
        TemplateError: The tree contains anything but files and folders, an unsafe name, or more than the limits.
    """
    found: dict[str, File] = {}
    total = 0
    for path in sorted(root.rglob("*")):
        status = path.lstat()
        name = path.relative_to(root).as_posix()
        check_name(name)
        if stat.S_ISREG(status.st_mode):
            total += status.st_size
            if len(found) >= MOST_RENDERED or total > LARGEST_RENDERED:
                raise TemplateError(
                    f"the template renders too much: {MOST_RENDERED:,} files and {LARGEST_RENDERED:,} bytes are the "
                    "limit",
                    code="template_too_large",
                    hint="report it to the template's owner",
                )
            found[name] = File(path.read_bytes(), 0o755 if status.st_mode & 0o100 else 0o644)
        elif not stat.S_ISDIR(status.st_mode):
            raise TemplateError(
                f"the template renders {name}, which is neither a file nor a folder",
                hint="report it to the template's owner",
            )
    return found
