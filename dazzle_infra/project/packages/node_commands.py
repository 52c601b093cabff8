"""The commands with which a package manager of Node installs a project, of a workspace also a part of it."""

from __future__ import annotations

import posixpath
import shlex
from dataclasses import dataclass

from dazzle_infra.project.packages.stage import PackagesStage

__all__ = ["NodeInstallation", "node_installation"]

_CLEAN = "yarn cache clean"


@dataclass(frozen=True)
class NodeInstallation:
    """How the packages are installed.

    Attributes:
        folder: Where the commands run, relative to the build context.
        everything: Shell commands that install all packages, those for development included.
        served: Shell commands that install what the running application needs.
    """

    folder: str
    everything: tuple[str, ...]
    served: tuple[str, ...]


def node_installation(stage: PackagesStage, manager: str, version: str) -> NodeInstallation:
    """Return how the packages of a project are installed.

    Of a workspace only the project and the members that it depends on are installed, so that other members need no
    sources in the image. Where a script of the installation calls packages for development, these are installed first
    and removed afterwards.

    Args:
        stage: What the project's files state.
        manager: `npm`, `pnpm`, `yarn`, or `package` for npm without a lock.
        version: The package manager, `NAME@VERSION`; empty for npm.
    """
    folder = stage.root
    if manager == "pnpm":
        everything, served, prune = _pnpm(stage)
    elif manager == "yarn" and version.startswith("yarn@1."):
        everything, served, prune = _yarn_1()
    elif manager == "yarn":
        # `workspaces focus` is about the workspace of the working directory.
        folder = stage.project if stage.members is not None else stage.root
        everything, served, prune = _yarn(stage)
    else:
        everything, served, prune = _npm(stage, "npm install" if manager == "package" else "npm ci")
    return NodeInstallation(folder, everything, (*everything, *prune) if stage.needs_tools else served)


Commands = tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]


def _npm(stage: PackagesStage, install: str) -> Commands:
    """https://docs.npmjs.com/cli/using-npm/workspaces."""
    options = ""
    if stage.members is not None:
        is_root = stage.project == stage.root
        members = stage.members if is_root else (stage.project,)
        options = " --include-workspace-root" if is_root else ""
        options += "".join(f" --workspace={_quoted(one, stage.root)}" for one in members)
        if not members:
            options = " --workspaces=false"
    prune = f"npm prune --omit=dev --ignore-scripts{options}"
    return (f"{install}{options}",), (f"{install} --omit=dev{options}",), (prune,)


def _pnpm(stage: PackagesStage) -> Commands:
    """https://pnpm.io/filtering: `{PATH}...` is the project in that folder with the members that it depends on."""
    install = "pnpm install --frozen-lockfile"
    if stage.members is not None:
        project = posixpath.relpath(stage.project, stage.root)
        install += f" --filter {shlex.quote(f'{{{project}}}...')}"
    # Without a terminal, pnpm removes packages only with CI=true.
    return (install,), (f"{install} --prod",), (f"CI=true {install} --prod --ignore-scripts",)


def _yarn_1() -> Commands:
    install = "yarn install --frozen-lockfile"
    served = f"{install} --production"
    return (install, _CLEAN), (served, _CLEAN), (f"{served} --ignore-scripts", _CLEAN)


def _yarn(stage: PackagesStage) -> Commands:
    """https://yarnpkg.com/cli/workspaces/focus: it runs scripts again, so that development's packages are kept."""
    if stage.members is None:
        return ("yarn install --immutable", _CLEAN), ("yarn workspaces focus --all --production", _CLEAN), ()
    return ("yarn workspaces focus", _CLEAN), ("yarn workspaces focus --production", _CLEAN), ()


def _quoted(folder: str, root: str) -> str:
    return shlex.quote(posixpath.relpath(folder, root))
