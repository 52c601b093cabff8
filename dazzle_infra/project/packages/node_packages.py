"""Projects of npm, pnpm and Yarn: what their installation reads."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from typing import Final

from dazzle_infra.errors import PackagesError, Where
from dazzle_infra.project.packages.documents import Document, read_json, read_yaml
from dazzle_infra.project.packages.node_registries import note_npmrc, note_yarnrc
from dazzle_infra.project.packages.node_scripts import note_scripts
from dazzle_infra.project.packages.node_workspaces import PNPM_WORKSPACE, Workspace, node_workspace
from dazzle_infra.project.packages.stage import Findings, SystemProposal
from dazzle_infra.project.packages.system_packages import NODE, VERSION_CONTROL
from dazzle_infra.values.words import quoted

__all__ = ["read_node"]

_READ: Final = {
    "npm": ("package-lock.json", "npm-shrinkwrap.json"),
    "pnpm": ("pnpm-lock.yaml", PNPM_WORKSPACE, ".pnpmfile.cjs", ".pnpmfile.mjs"),
    "yarn": ("yarn.lock",),
    "package": (),
}
"""Files beside the root's package.json that the package manager reads."""

_TABLES: Final = ("dependencies", "optionalDependencies", "devDependencies")
_LOCAL: Final = re.compile(r"(?:file|link|portal):(?!//)(?P<path>.+)|(?P<plain>(?:\.{1,2}/|/|~/).+)")
_GIT: Final = re.compile(r"git(?:\+[a-z]+)?:|git@|(?:github|gitlab|bitbucket|gist):|[\w.-]+/[\w.-]+(?:#.*)?\Z")
_PATCH: Final = re.compile(r"patch:[^#]+#(?:optional!)?(?!optional!|builtin<)(?P<path>[^:&]+)")
_UNREAD: Final = {
    "bun.lock": "is a lock of Bun, which is not read: the versions of package.json are installed with npm",
    "bun.lockb": "is a lock of Bun, which is not read: the versions of package.json are installed with npm",
    "yarn.lock": "is a lock of Yarn 2 or 3, which is not read: the versions of package.json are installed with npm",
}


def read_node(findings: Findings, manager: str) -> None:
    """Note what the installation of a Node project reads.

    Args:
        findings: What was found so far.
        manager: `npm`, `pnpm`, `yarn`, or `package` for npm without a lock.

    Raises:
        PackagesError: A file is broken, or names what no image can install.
    """
    tree = findings.tree
    if not tree.exists(tree.of_project("package.json")):
        return
    workspace = node_workspace(tree, manager)
    root = workspace.root
    findings.root = root
    findings.files.add(workspace.package.path)
    for name in _READ[manager]:
        path = posixpath.normpath(f"{root}/{name}")
        if tree.exists(path):
            tree.check(path, tree.where(path), f"the file {quoted(tree.shown(path))}")
            findings.files.add(path)
            if name.endswith(".json"):
                read_json(tree, path)
    for name, message in _UNREAD.items() if manager == "package" else ():
        if tree.exists(tree.of_project(name)):
            findings.remark(message, tree.where(tree.of_project(name)))
    for folder in {root, tree.project}:
        note_npmrc(findings, folder)
        if manager == "yarn":
            note_yarnrc(findings, folder)
    _note_patches(findings, workspace, manager)
    _note_members(findings, workspace)


def _note_members(findings: Findings, workspace: Workspace) -> None:
    """Note the project, package.json of each member, and the members that the project depends on."""
    tree, by_name = findings.tree, workspace.named()
    findings.files |= {document.path for document in workspace.members.values()}
    own = workspace.members.get(tree.project, workspace.package)
    if workspace.is_workspace:
        findings.members = set()
    if own is not workspace.package:
        note_scripts(findings, workspace.package, workspace.root)
    note_scripts(findings, own, tree.project)
    pending, seen = [(own, tree.project)], {tree.project}
    while pending:
        document, folder = pending.pop()
        for name, version, where in _dependencies(document):
            target = by_name.get(name) if _is_member(version) else None
            local = _LOCAL.fullmatch(version)
            if target is None and local:
                target = tree.place(local["path"] or local["plain"], folder, where, "package")
            elif target is None and version.startswith("workspace:"):
                hint = "add it to the workspace, or correct the name"
                raise PackagesError(f"{name} is not a member of the workspace", where=where, hint=hint)
            elif target is None:
                _note_registry(findings, name, version, where)
            if target is None or target in seen:
                continue
            seen.add(target)
            if target in workspace.members and findings.members is not None:
                findings.members.add(target)
            if (tree.root / target).is_dir():
                pending.append((_local(findings, target, where), target))
            else:
                findings.files.add(target)


def _is_member(version: str) -> bool:
    """Say whether a version may be that of a member: npm and Yarn take one whose version the range allows."""
    return version.startswith("workspace:") or re.match(r"[a-z+]+:|[./~]", version) is None


def _local(findings: Findings, folder: str, where: Where) -> Document:
    """Note a package that is a folder.

    Raises:
        PackagesError: It contains the project, or is no package.
    """
    path = posixpath.normpath(f"{folder}/package.json")
    if not findings.tree.exists(path):
        message = f"{quoted(findings.tree.shown(folder))} contains no package.json"
        raise PackagesError(message, where=where, hint="add one, or correct the path")
    # The root of a workspace may depend on members, and a member on the root: that one is there anyhow.
    findings.folder(folder, where)
    return read_json(findings.tree, path)


def _dependencies(document: Document) -> Iterator[tuple[str, str, Where]]:
    for table in _TABLES:
        for name, version in document.table(table).items():
            where = document.where(table, name)
            if not isinstance(version, str):
                raise PackagesError(f"the version of {name} must be a string", where=where, hint='write "^1.2.3"')
            yield name, version, where


def _note_registry(findings: Findings, name: str, version: str, where: Where) -> None:
    """Note what a package requires that comes from a registry or a repository."""
    if version.startswith(("git+ssh:", "git@", "ssh:")):
        hint = "write git+https://…, or publish the package on a private registry"
        message = f"{name} comes from a repository that needs an ssh key, which the build does not have"
        raise PackagesError(message, where=where, hint=hint)
    if version.startswith("file:"):
        hint = "move the package into the project and write file: with a relative path"
        raise PackagesError(f"{name} is a file of this machine", where=where, hint=hint)
    if _GIT.match(version):
        findings.proposals.setdefault(name, SystemProposal(name, where, build=VERSION_CONTROL["git"]))
    elif name in NODE:
        findings.proposals.setdefault(name, SystemProposal(name, where, NODE[name].build, NODE[name].run))


def _note_patches(findings: Findings, workspace: Workspace, manager: str) -> None:
    """Note the patches that pnpm and Yarn apply."""
    tree, root = findings.tree, workspace.root
    settings = posixpath.normpath(f"{root}/{PNPM_WORKSPACE}")
    documents: list[tuple[Document, tuple[str, ...]]]
    documents = [(workspace.package, ("pnpm", "patchedDependencies"))] if manager == "pnpm" else []
    if manager == "pnpm" and tree.exists(settings):
        documents.append((read_yaml(tree, settings), ("patchedDependencies",)))
    for document, key in documents:
        for name, path in document.table(*key).items():
            findings.files.add(tree.place(str(path), root, document.where(*key, name), "patch"))
    for document in (workspace.package, *workspace.members.values()) if manager == "yarn" else ():
        for table in (*_TABLES, "resolutions"):
            for name, version in document.table(table).items():
                found = _PATCH.search(version) if isinstance(version, str) else None
                if found:
                    path, base = found["path"], posixpath.dirname(document.path) or "."
                    base = root if path.startswith("~/") else base
                    place = tree.place(path.removeprefix("~/"), base, document.where(table, name), "patch")
                    findings.files.add(place)
