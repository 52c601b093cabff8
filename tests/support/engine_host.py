"""What a private engine needs of this machine, installed where that is allowed, and what of the machine it takes over.

Nothing here is known beforehand of the machine: apt and pip are asked how they are set up.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

__all__ = ["CERTIFICATES", "apt_settings", "host_python", "install", "pip_settings", "suite", "why_not"]

PACKAGES = {
    "docker": "docker.io",
    "dockerd": "docker.io",
    "ip": "iproute2",
    "iptables": "iptables",
    "mmdebstrap": "mmdebstrap",
    "sshd": "openssh-server",
    "strip": "binutils",
}
"""Which Debian package has a tool."""

CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
"""What this machine trusts; the images trust the same."""

_DESCRIBE = "import json, sys; print(json.dumps([sys.base_prefix, '%d.%d' % sys.version_info[:2]]))"


def why_not() -> str:
    """Install what is missing; return why there can be no engine here, or nothing."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        return "a private engine takes root on Linux"
    if not suite() or not shutil.which("apt-get"):
        return "the stand-in images are made from Debian packages, and this is no Debian"
    if not _may_run_containers():
        return "a private engine mounts file systems and makes networks, which root may not in this container"
    if host_python() is None:
        return "no Python 3.12 outside /usr to make the base image of; name one: make e2e DSL_PYTHON=PATH"
    # Debian 12 has the client in docker.io; later releases have it in a package of its own.
    client = {} if suite() == "bookworm" else {"docker": "docker-cli"}
    return install({**PACKAGES, **client})


def _may_run_containers() -> bool:
    """Say whether this process has CAP_NET_ADMIN and CAP_SYS_ADMIN, bits 12 and 21 of what capabilities(7) lists."""
    lines = Path("/proc/self/status").read_text().splitlines()
    [held] = [int(line.split()[1], 16) for line in lines if line.startswith("CapEff:")]
    return all(held >> bit & 1 for bit in (12, 21))


def install(tools: Mapping[str, str]) -> str:
    """Install the packages of what is missing; return why that did not work, or nothing.

    Args:
        tools: Which Debian package has a tool.
    """
    packages = _missing(tools)
    if not packages:
        return ""
    for command in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        done = subprocess.run(
            ["apt-get", *command],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode:
            return f"apt-get could not install {' '.join(packages)}: {done.stderr.strip()[-300:]}"
    return f"the tools of {' '.join(_missing(tools))} are not on PATH" if _missing(tools) else ""


def _missing(tools: Mapping[str, str]) -> list[str]:
    certificates = [] if CERTIFICATES.exists() else ["ca-certificates"]
    return sorted({package for tool, package in tools.items() if not shutil.which(tool)}) + certificates


def suite() -> str:
    """Return the name of this machine's Debian release, `bookworm`; nothing where it is another system."""
    file = Path("/etc/os-release")
    lines = file.read_text().splitlines() if file.exists() else []
    values = {name: value.strip('"') for name, _, value in (line.partition("=") for line in lines)}
    return values.get("VERSION_CODENAME", "") if values.get("ID") == "debian" else ""


def host_python(version: str = "3.12") -> Path | None:
    """Return the prefix of a Python of that version which can be copied whole."""
    named = os.environ.get("DAZZLE_INFRA_E2E_PYTHON")
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    for python in filter(None, [named, *map(str, sorted(pyenv.glob(f"{version}.*/bin/python3"))), f"python{version}"]):
        if not shutil.which(python):
            continue
        done = subprocess.run([python, "-c", _DESCRIBE], capture_output=True, text=True, check=False)
        prefix, found = json.loads(done.stdout) if done.returncode == 0 else ("", "")
        if found == version and prefix != "/usr":
            return Path(prefix)
    return None


def apt_settings() -> str:
    """Return what apt is told here about fetching: proxies, and whether dates are checked."""
    done = subprocess.run(["apt-config", "dump", "Acquire"], capture_output=True, text=True, check=True)
    kept = ("::Proxy", "Check-Valid-Until", "Check-Date")
    return "".join(f"{line}\n" for line in done.stdout.splitlines() if any(name in line.split(" ")[0] for name in kept))


def pip_settings() -> str:
    """Return a pip.conf with what pip is told here and a container can follow: nothing of this machine's folders."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    settings = {}
    for line in done.stdout.splitlines():
        name, _, value = line.partition("=")
        key = name.rpartition(".")[2]
        usable = [word for word in value.strip("'\"").split() if "//" in word and not word.startswith("file:")]
        if key in {"index-url", "extra-index-url"} and usable:
            settings[key] = " ".join(usable)
        elif key in {"trusted-host", "proxy", "default-timeout"}:
            settings["timeout" if key == "default-timeout" else key] = value.strip("'\"")
    settings["cert"] = "/etc/ssl/certs/ca-certificates.crt"
    return "[global]\n" + "".join(f"{key} = {value}\n" for key, value in sorted(settings.items()))
