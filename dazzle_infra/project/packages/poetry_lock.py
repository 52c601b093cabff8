"""Projects of Poetry: groups, path dependencies, private sources, with a lock or without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from packaging.utils import canonicalize_name

from dazzle_infra.errors import PackagesError
from dazzle_infra.project.packages.documents import Document, read_toml
from dazzle_infra.project.packages.local_packages import note_local_package
from dazzle_infra.project.packages.python_requirements import Named, note_named, note_url, note_variables
from dazzle_infra.project.packages.stage import Findings

__all__ = ["read_poetry"]

_LOCK: Final = "poetry.lock"


def read_poetry(findings: Findings) -> list[Named]:
    """Note what `poetry install --only main` reads; return the packages that it installs.

    Raises:
        PackagesError: A file is broken, or names what no image can install.
    """
    tree = findings.tree
    project = read_toml(tree, tree.of_project("pyproject.toml"))
    findings.files.add(project.path)
    for position, source in enumerate(project.table("tool", "poetry").get("source", [])):
        if isinstance(source, dict):
            note_variables(findings, str(source.get("url", "")), project.where("tool", "poetry", "source", position))
    if not tree.exists(tree.of_project(_LOCK)):
        return [
            named for name, entry, key in _declared(project) for named in _note(findings, project, name, entry, key)
        ]
    lock = read_toml(tree, tree.of_project(_LOCK))
    findings.files.add(lock.path)
    return list(_locked(findings, lock))


def _declared(project: Document) -> Iterator[tuple[str, object, tuple[str, ...]]]:
    """Yield the dependencies of all groups: without a lock, Poetry resolves all of them, also with `--only`."""
    keys: list[tuple[str, ...]] = [("tool", "poetry", "dependencies"), ("tool", "poetry", "dev-dependencies")]
    keys += [("tool", "poetry", "group", name, "dependencies") for name in project.table("tool", "poetry", "group")]
    for key in keys:
        for name, entry in project.table(*key).items():
            yield name, entry, (*key, name)


def _note(findings: Findings, project: Document, name: str, entry: object, key: tuple[str, ...]) -> Iterator[Named]:
    for one in entry if isinstance(entry, list) else [entry]:
        where = project.where(*key)
        table = one if isinstance(one, dict) else {}
        if "path" in table:
            editable = table.get("develop") is True
            note_local_package(findings, str(table["path"]), findings.tree.project, where, is_editable=editable)
        elif "git" in table:
            note_url(findings, _git(str(table["git"])), name, where)
        elif "url" in table:
            note_url(findings, str(table["url"]), name, where)
        elif name != "python" and key[2] == "dependencies":
            named = Named(canonicalize_name(name), _extras(table), "", False, where)
            note_named(findings, named, from_source=False)
            yield named


def _locked(findings: Findings, lock: Document) -> Iterator[Named]:
    packages = lock.data.get("package", [])
    if not isinstance(packages, list) or "metadata" not in lock.data:
        hint = "regenerate the lock file with `poetry lock`"
        raise PackagesError(f"{lock.tree.shown(lock.path)} is not a lock of Poetry", where=lock.where(), hint=hint)
    for package in packages:
        # Locks of Poetry before 2.0 do not name the groups: all that is copied in vain does no harm.
        if not isinstance(package, dict) or "main" not in package.get("groups", ["main"]):
            continue
        name = str(package.get("name", ""))
        where = lock.where_of_package(name)
        source = package.get("source", {})
        kind, url = (str(source.get(key, "")) for key in ("type", "url")) if isinstance(source, dict) else ("", "")
        if kind in {"directory", "file"}:
            editable = package.get("develop") is True
            note_local_package(findings, url, findings.tree.project, where, is_editable=editable)
        elif kind == "git":
            note_url(findings, _git(url), name, where)
        elif kind == "url":
            note_url(findings, url, name, where)
        else:
            files = package.get("files", [])
            has_wheel = any(str(one.get("file", "")).endswith(".whl") for one in files if isinstance(one, dict))
            named = Named(canonicalize_name(name), frozenset(), "", True, where)
            note_named(findings, named, from_source=bool(files) and not has_wheel)
            yield named


def _git(url: str) -> str:
    """Return a URL of git as pip writes it; `git@host:path` is ssh."""
    return url if url.startswith("git@") else f"git+{url}"


def _extras(table: dict[str, Any]) -> frozenset[str]:
    extras = table.get("extras", [])
    return frozenset(canonicalize_name(str(one)) for one in extras) if isinstance(extras, list) else frozenset()
