"""Programs of Debian packages: those on PATH, else unpacked in the user's cache folder, without an installation."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path

import pytest

__all__ = ["program", "unpacked"]

_PACKAGES = {
    "amtool": "prometheus-alertmanager",
    "prometheus": "prometheus",
    "prometheus-alertmanager": "prometheus-alertmanager",
    "prometheus-blackbox-exporter": "prometheus-blackbox-exporter",
    "prometheus-node-exporter": "prometheus-node-exporter",
    "prometheus-postgres-exporter": "prometheus-postgres-exporter",
    "promtool": "prometheus",
    "rsync": "rsync",
}


@cache
def program(name: str) -> Path:
    """Return a program by its name in Debian; skip the test where it is neither on PATH nor can be downloaded."""
    found = shutil.which(name)
    return Path(found) if found else unpacked(_PACKAGES[name]) / "usr/bin" / name


@cache
def unpacked(package: str) -> Path:
    """Return the folder with the files of a package, as below `/`; skip the test where it cannot be downloaded."""
    cache_folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = cache_folder / "dazzle-infra-tests" / f"debian-{package}"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "root").exists():
            if not shutil.which("apt-get") or not shutil.which("dpkg"):
                pytest.skip(f"no {package}: not on PATH, and this is no Debian that could download it")
            _run(package, folder, "apt-get", "download", "--quiet", package)
            archive = next(folder.glob("*.deb"))
            shutil.rmtree(folder / "unfinished", ignore_errors=True)
            _run(package, folder, "dpkg", "--extract", archive.name, "unfinished")
            archive.unlink()
            (folder / "unfinished").rename(folder / "root")
    return folder / "root"


def _run(package: str, folder: Path, *command: str) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        pytest.skip(f"{package} cannot be downloaded: {done.stderr.strip()[-300:]}")
