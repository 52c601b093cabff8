"""From a project's files to what the packages stage of its image copies and has to know."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

from dazzle_infra.project.packages.stage import Findings, PackagesStage
from dazzle_infra.project.packages.tree import Tree

if TYPE_CHECKING:
    from dazzle_infra.project.packages.python_requirements import Named

__all__ = ["NODE_SOURCES", "packages_stage"]

_PYTHON_SOURCES: Final = ("requirements", "poetry", "pyproject", "generated")
"""Where packages of Python are declared, apart from a lock of uv."""

NODE_SOURCES: Final = ("npm", "pnpm", "yarn", "package")
"""Where packages of Node are declared."""


def packages_stage(
    project: Path, dependencies: str, *, python_version: str = "3.12", needs_dazzle: bool = False
) -> PackagesStage:
    """Analyse the files that declare the project's packages.

    Args:
        project: The project's root.
        dependencies: Where the packages are declared, such as `requirements`.
        python_version: Python of the image, `X.Y`.
        needs_dazzle: Whether Dazzle runs the application.

    Raises:
        PackagesError: A file is broken, or states what no image can install.
    """
    findings = Findings(Tree.around(project), python_version)
    analyse = _ANALYSES.get(dependencies)
    manifest = findings.tree.of_project("pyproject.toml")
    if dependencies in {"requirements", "generated"} and findings.tree.exists(manifest):
        from dazzle_infra.project.packages.documents import read_toml

        # A broken one would be passed over, with the packages that it declares.
        read_toml(findings.tree, manifest)
    if dependencies in _PYTHON_SOURCES and findings.tree.folder_above("uv.lock") is not None:
        from dazzle_infra.project.packages.uv_workspaces import uv_root

        # The project is no member of that workspace, or the root is broken.
        uv_root(findings.tree)
    if dependencies in NODE_SOURCES:
        from dazzle_infra.project.packages.node_packages import read_node

        read_node(findings, dependencies)
    if analyse is not None:
        _python(findings, analyse(findings), needs_dazzle=needs_dazzle)
    return findings.stage()


def _python(findings: Findings, named: list[Named], *, needs_dazzle: bool) -> None:
    places = {one.name: one.where for one in reversed(named)}
    if needs_dazzle and "dazzle" in places and "dazzle-dsl" not in places:
        findings.remark(
            "names dazzle, a package of another project; the application needs dazzle-dsl", places["dazzle"]
        )
    if places.keys() & {"psycopg-binary", "psycopg-c"}:
        # These contain or build the library that the pure Python package looks for.
        findings.proposals.pop("psycopg", None)


# A project has one kind of files, so that the modules for the others are not imported.


def _requirements(findings: Findings) -> list[Named]:
    from dazzle_infra.project.packages.requirement_files import read_requirements

    return read_requirements(findings)


def _uv(findings: Findings) -> list[Named]:
    from dazzle_infra.project.packages.uv_lock import read_uv_lock
    from dazzle_infra.project.packages.uv_workspaces import uv_root

    root = uv_root(findings.tree)
    return [] if root is None else read_uv_lock(findings, root)


def _poetry(findings: Findings) -> list[Named]:
    from dazzle_infra.project.packages.poetry_lock import read_poetry

    return read_poetry(findings)


def _pyproject(findings: Findings) -> list[Named]:
    from dazzle_infra.project.packages.pyproject_sources import read_pyproject

    return read_pyproject(findings)


_ANALYSES: Final[dict[str, Callable[[Findings], list[Named]]]] = {
    "requirements": _requirements,
    "uv": _uv,
    "poetry": _poetry,
    "pyproject": _pyproject,
}
