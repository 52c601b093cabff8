"""Packages that are files or folders of the project or of its monorepo: they are copied, and installed from there."""

from __future__ import annotations

from dazzle_infra.errors import PackagesError, Where
from dazzle_infra.project.packages.python_requirements import ARCHIVE
from dazzle_infra.project.packages.stage import Findings
from dazzle_infra.values.words import quoted

__all__ = ["note_local_package"]


def note_local_package(
    findings: Findings, written: str, base: str, where: Where, *, is_editable: bool = False
) -> str | None:
    """Note an archive, or a folder with a Python package, and return the path of a folder.

    Args:
        findings: What was found so far.
        written: The path as written.
        base: The folder that it is relative to.
        where: The place that refers to it.
        is_editable: Whether the installation links to the folder.

    Raises:
        PackagesError: No image can copy it, it is the project itself or contains it, or it is no package.
    """
    tree = findings.tree
    path = tree.place(written, base, where, "package")
    if (tree.root / path).is_file():
        if not ARCHIVE.search(path):
            hint = "name a wheel, an archive of sources or a folder; write -r in front of a requirements file"
            raise PackagesError(f"{quoted(written)} is not an archive that pip installs", where=where, hint=hint)
        findings.files.add(path)
        return None
    findings.folder(path, where, is_editable=is_editable)
    if not (tree.exists(f"{path}/pyproject.toml") or tree.exists(f"{path}/setup.py")):
        hint = "add a pyproject.toml, or correct the path"
        raise PackagesError(f"{quoted(tree.shown(path))} is not a Python package", where=where, hint=hint)
    return path
