"""pyproject.toml without a lock: its dependencies, and the sources that uv finds them in."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import Any

from packaging.utils import canonicalize_name

from dazzle_infra.errors import PackagesError
from dazzle_infra.project.packages.documents import Document, read_toml
from dazzle_infra.project.packages.local_packages import note_local_package
from dazzle_infra.project.packages.python_requirements import Named, applies, note_named, note_url, parse_named
from dazzle_infra.project.packages.stage import Findings
from dazzle_infra.project.packages.uv_lock import note_uv_settings
from dazzle_infra.values.words import quoted

__all__ = ["read_pyproject"]


def read_pyproject(findings: Findings) -> list[Named]:
    """Note what `uv pip install --requirements pyproject.toml` reads; return the packages that it names.

    Raises:
        PackagesError: A file is broken, or names what no image can install.
    """
    tree = findings.tree
    document = read_toml(tree, tree.of_project("pyproject.toml"))
    findings.files.add(document.path)
    note_uv_settings(findings, document, tree.project)
    return list(_dependencies(findings, document, tree.project, {tree.project}))


def _dependencies(findings: Findings, document: Document, folder: str, seen: set[str]) -> Iterator[Named]:
    """Yield the dependencies of a project, and those of the local packages that it depends on."""
    sources: dict[str, object] = {
        canonicalize_name(name): one for name, one in document.table("tool", "uv", "sources").items()
    }
    for position, text in enumerate(document.texts("project", "dependencies")):
        where = document.where("project", "dependencies", position)
        named, marker = parse_named(text, where)
        if not applies(marker, findings.python_version):
            continue
        if named.url:
            note_url(findings, named.url, named.name, where)
        for source in _sources(sources.get(named.name)):
            yield from _source(findings, document, folder, named, source, seen)
        note_named(findings, named, from_source=False)
        yield named


def _sources(value: object) -> list[dict[str, Any]]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, dict)]


def _source(
    findings: Findings, document: Document, folder: str, named: Named, source: dict[str, Any], seen: set[str]
) -> Iterator[Named]:
    where = document.where("tool", "uv", "sources", named.name)
    if source.get("workspace") is True:
        hint = "run uv lock in the root of the workspace: the image then installs the versions of uv.lock"
        message = f"{quoted(named.name)} comes from a workspace of uv that has no uv.lock"
        raise PackagesError(message, where=where, hint=hint)
    if "git" in source:
        note_url(findings, f"git+{source['git']}", named.name, where)
    elif "path" in source:
        editable = source.get("editable") is True
        path = note_local_package(findings, str(source["path"]), folder, where, is_editable=editable)
        own = posixpath.join(path or "", "pyproject.toml")
        if path and path not in seen and findings.tree.exists(own):
            seen.add(path)
            yield from _dependencies(findings, read_toml(findings.tree, own), path, seen)
