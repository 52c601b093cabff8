"""The script `dazzle`: which package provides it, whether it has `infra`, and the command that repairs it."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import sys
import sysconfig
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from dazzle_infra.appspec.distribution import is_ours, version_beside
from dazzle_infra.backends.tools import Tool

__all__ = ["find_script"]

_NAME = "dazzle (script)"
_DAZZLE, _STANDALONE, _INFRA = "dazzle-dsl", "dazzle-infra-standalone", "dazzle-infra"


def find_script() -> Tool:
    """Check the `dazzle` of this environment, or else the first one on PATH."""
    own = Path(sysconfig.get_path("scripts")) / "dazzle"
    providers = [found for found in map(_installed, (_DAZZLE, _STANDALONE)) if found is not None]
    if providers and not own.exists():
        return _removed(own, providers)
    path = shutil.which("dazzle")
    if path is None:
        return Tool(_NAME, None, "`dazzle infra` is not on PATH; use `dazzle-infra`")
    if len(providers) > 1:
        return Tool(_NAME, path, _twice(providers))
    if is_ours(Path(path)):
        return Tool(_NAME, f"{path} ({_STANDALONE}'s)")
    return Tool(_NAME, f"{path} ({_DAZZLE}'s)", _without_infra(Path(path), own))


def _removed(script: Path, providers: list[Distribution]) -> Tool:
    """Return the finding for a script that is missing because one of two packages with it was uninstalled."""
    name = providers[0].name
    return Tool(
        _NAME,
        None,
        f"{name} is installed, but its script {script} was removed, as by uninstalling another package that had one of"
        f" the same name; restore it: {_reinstall(providers[0])}",
    )


def _twice(providers: list[Distribution]) -> str:
    dazzle, standalone = providers
    return (
        f"{dazzle.name} and {standalone.name} are both installed and both provide it; uninstall {standalone.name},"
        f" which is for machines without Dazzle, then restore the script: {_reinstall(dazzle)}"
    )


def _without_infra(path: Path, own: Path) -> str:
    """Return why Dazzle's script has no `infra`; empty if it has."""
    if version_beside(path, _INFRA) is None:
        return (
            f"it has no `infra`: {_INFRA} is not installed in its environment; install it there, or use `dazzle-infra`"
        )
    if os.environ.get("DAZZLE_INFRA_MOUNT") == "0":
        return "it has no `infra`: the variable DAZZLE_INFRA_MOUNT is 0; unset it, or use `dazzle-infra`"
    infra = _installed(_INFRA)
    if infra is not None and path.resolve() == own.resolve() and "_dazzle_infra_mount" not in sys.modules:
        return f"it has no `infra`: Python did not run dazzle_infra_mount.pth; install it again: {_reinstall(infra)}"
    return ""


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _reinstall(package: Distribution) -> str:
    """Return the command that reinstalls a package with its scripts, by the installer that installed it."""
    by_uv = (package.read_text("INSTALLER") or "").strip() == "uv"
    command = (
        ["uv", "pip", "install", "--python", sys.prefix, "--reinstall", "--no-deps"]
        if by_uv
        else [sys.executable, "-m", "pip", "install", "--force-reinstall", "--no-deps"]
    )
    return shlex.join([*command, *_requirement(package)])


def _requirement(package: Distribution) -> list[str]:
    """Return the requirement to install: the same version, or the location from which it was installed."""
    direct = json.loads(package.read_text("direct_url.json") or "{}")
    if "url" not in direct:
        return [f"{package.name}=={package.version}"]
    url = str(direct["url"])
    return ["--editable", url] if direct.get("dir_info", {}).get("editable") else [f"{package.name} @ {url}"]
