"""Projects of uv: the lock file, workspaces, sources in the project or its monorepo, and private indexes."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping
from typing import Any

from packaging.utils import canonicalize_name

from dazzle_infra.errors import PackagesError
from dazzle_infra.project.packages.documents import Document, read_toml
from dazzle_infra.project.packages.local_packages import note_local_package
from dazzle_infra.project.packages.python_requirements import Named, note_named, note_url, note_variables
from dazzle_infra.project.packages.stage import Findings
from dazzle_infra.project.packages.uv_workspaces import LOCK
from dazzle_infra.values.words import quoted

__all__ = ["note_uv_settings", "read_uv_lock"]


def read_uv_lock(findings: Findings, root: str) -> list[Named]:
    """Note what `uv sync` reads for the project; return the packages that it installs.

    Args:
        findings: What was found so far.
        root: The folder of the lock, as `uv_root` returns it.

    Raises:
        PackagesError: A file is broken, or names what no image can install.
    """
    tree = findings.tree
    project = read_toml(tree, tree.of_project("pyproject.toml"))
    lock = read_toml(tree, posixpath.normpath(f"{root}/{LOCK}"))
    findings.files |= {project.path, lock.path}
    settings = project
    if root != tree.project:
        settings = read_toml(tree, posixpath.normpath(f"{root}/pyproject.toml"))
        findings.files.add(settings.path)
    note_uv_settings(findings, settings, root)
    packages = _packages(lock)
    _note_members(findings, packages, root)
    groups = project.table("tool", "uv").get("default-groups", ())
    installed = _installed(packages, posixpath.relpath(tree.project, root), lock, groups)
    return [named for package in installed for named in _note(findings, package, lock, root)]


def _packages(lock: Document) -> list[dict[str, Any]]:
    listed = lock.data.get("package", [])
    is_lock = isinstance(lock.data.get("version"), int) and isinstance(listed, list)
    if not is_lock or not all(
        isinstance(one, dict) and isinstance(one.get("name"), str) and isinstance(one.get("source", {}), dict)
        for one in listed
    ):
        hint = "regenerate the lock file with `uv lock`"
        raise PackagesError(f"{lock.tree.shown(lock.path)} is not a lock of uv", where=lock.where(), hint=hint)
    return list(listed)


def _local(package: Mapping[str, Any]) -> str | None:
    source = package.get("source", {})
    return next((str(source[kind]) for kind in ("editable", "virtual", "directory") if kind in source), None)


def _note_members(findings: Findings, packages: list[dict[str, Any]], root: str) -> None:
    """Note pyproject.toml of each member that exists: uv reads the workspace before it installs."""
    for package in packages:
        folder = _local(package)
        path = posixpath.normpath(f"{root}/{folder}/pyproject.toml") if folder else ""
        if folder and not path.startswith("..") and findings.tree.exists(path):
            findings.tree.check(path, findings.tree.where(path), f"the file {quoted(findings.tree.shown(path))}")
            findings.files.add(path)


def _installed(
    packages: list[dict[str, Any]], project: str, lock: Document, groups: object
) -> Iterator[dict[str, Any]]:
    """Yield each package that `uv sync --no-dev` installs, apart from the project."""
    by_name: dict[str, list[dict[str, Any]]] = {}
    for package in packages:
        by_name.setdefault(package["name"], []).append(package)
    own = next((one for one in packages if (_local(one) or "") == project), None)
    if own is None:
        hint = "regenerate the lock file with `uv lock`"
        raise PackagesError(f"{lock.tree.shown(lock.path)} lacks the project", where=lock.where(), hint=hint)
    chosen = [name for name in groups if name != "dev"] if isinstance(groups, list) else []
    pending = [*_named(own.get("dependencies"))]
    pending += [one for name in chosen for one in _named(own.get("dev-dependencies", {}).get(name))]
    seen: set[str] = {own["name"]}
    while pending:
        name = pending.pop()
        if name in seen:
            continue
        seen.add(name)
        for package in by_name.get(name, ()):
            yield package
            # An extra is followed wherever it is named: what is copied in vain does no harm.
            pending += _named(package.get("dependencies"))
            for extra in package.get("optional-dependencies", {}).values():
                pending += _named(extra)


def _named(dependencies: object) -> list[str]:
    listed = dependencies if isinstance(dependencies, list) else []
    return [one["name"] for one in listed if isinstance(one, dict) and isinstance(one.get("name"), str)]


def _note(findings: Findings, package: dict[str, Any], lock: Document, root: str) -> Iterator[Named]:
    """Note where a package comes from."""
    name, source = str(package["name"]), package.get("source", {})
    where = lock.where_of_package(name)
    folder = _local(package)
    if folder is not None and "virtual" not in source:
        note_local_package(findings, folder, root, where)
    elif "path" in source:
        note_local_package(findings, str(source["path"]), root, where)
    elif "git" in source:
        note_url(findings, f"git+{source['git']}", name, where)
    elif "url" in source:
        note_url(findings, str(source["url"]), name, where)
    elif "registry" in source:
        registry = str(source["registry"])
        if not registry.startswith(("https:", "http:")):
            place = findings.tree.place(registry, root, where, "index")
            findings.folder(place, where)
        named = Named(canonicalize_name(name), frozenset(), "", True, where)
        note_named(findings, named, from_source="sdist" in package and not package.get("wheels"))
        yield named


def note_uv_settings(findings: Findings, document: Document, root: str) -> None:
    """Note what `[tool.uv]` or uv.toml says of indexes.

    Args:
        findings: What was found so far.
        document: pyproject.toml with `[tool.uv]`.
        root: The folder of that file; a uv.toml in it wins over the table.

    Raises:
        PackagesError: A file is broken, or an index is a folder that no image can copy.
    """
    tree = findings.tree
    own = posixpath.normpath(f"{root}/uv.toml")
    table: tuple[str, ...] = ("tool", "uv")
    if tree.exists(own):
        document, table = read_toml(tree, own), ()
        findings.files.add(own)
    indexes = (document.table(*table) if table else document.data).get("index", [])
    for position, index in enumerate(indexes if isinstance(indexes, list) else ()):
        where = document.where(*table, "index", position)
        if not isinstance(index, dict) or not isinstance(index.get("url"), str):
            raise PackagesError("an index must have a url", where=where, hint='write url = "https://…"')
        note_variables(findings, index["url"], where)
        if index.get("authenticate") == "always":
            # docs.astral.sh/uv/concepts/indexes, "Providing credentials directly".
            name = re.sub(r"[^A-Z0-9]", "_", str(index.get("name", "")).upper())
            for kind in ("USERNAME", "PASSWORD"):
                findings.secret(f"UV_INDEX_{name}_{kind}", where)
