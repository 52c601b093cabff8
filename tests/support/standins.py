"""Images that stand in for the public ones: made from this machine's Debian packages, under the very names.

Each folder of tests/e2e/standins is one, and says there what it does not prove. Common to all: that a registry has an
image of that name, and that it is of the size or the speed that is seen here.
"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.support.engine import Engine
from tests.support.engine_host import CERTIFICATES, apt_settings, host_python, pip_settings, suite

__all__ = ["base_image", "build_base", "build_server_standins", "build_standins", "build_web"]

STANDINS = Path(__file__).parents[1] / "e2e" / "standins"
SERVICES = {
    "database": "postgres",
    "mail": "mail",
    "redis": "redis",
    "storage": "storage",
    "storage-buckets": "buckets",
}
"""Which stand-in a service of the stack takes."""

SERVER_SERVICES = {
    "backup": "restic",
    "postgres": "postgres",
    "redis": "redis",
    "storage": "storage",
    "storage-buckets": "buckets",
}
"""The same for the stack of one server."""

DEBIAN, PYTHON = "standin/debian", "python:3.12-slim"
MERGED_USR = Path("/usr/share/mmdebstrap/hooks/maybe-merged-usr")
"""A hook of mmdebstrap that spares a minimal Debian 12 the 50 MB of Perl that moving /bin to /usr/bin takes."""

LEFT_OUT = ("__pycache__", "test", "tests", "idle_test", "*.a", "site-packages")
"""What the official image takes out of CPython, and no more; and the packages of this machine."""

SLIM = 'Dir::Cache::pkgcache "";\nDir::Cache::srcpkgcache "";\n'
"""As in the official Debian images: 80 MB that apt would keep of its lists."""


def build_standins(engine: Engine, model: dict[str, Any], work: Path) -> None:
    """Build what the stack names and the engine does not have yet.

    Args:
        engine: Where to.
        model: What `compose config` makes of the stack.
        work: A folder for what is built from; it may be there from an earlier call.
    """
    services = model["services"]
    for image in (PYTHON, *_build_arguments(model).values()):
        build_base(engine, image, work)
    for name, folder in SERVICES.items():
        if name in services:
            _build(engine, services[name]["image"], STANDINS / folder, f"--build-arg=PYTHON_IMAGE={PYTHON}")


def build_server_standins(engine: Engine, images: Mapping[str, str], work: Path) -> None:
    """Build what the stack of one server names and the engine does not have yet.

    Args:
        engine: Where to.
        images: The image of each service.
        work: A folder for what is built from.
    """
    build_base(engine, PYTHON, work)
    build_base(engine, images["caddy"], work)
    for name, folder in SERVER_SERVICES.items():
        if name in images:
            _build(engine, images[name], STANDINS / folder, f"--build-arg=PYTHON_IMAGE={PYTHON}")


def build_web(engine: Engine, image: str, version: str, fault: str = "") -> None:
    """Build a version of an application that answers, works and migrates.

    Args:
        engine: Where to.
        image: Its name and tag.
        version: What it answers with.
        fault: How it misbehaves: unhealthy, failing-migration, slow-migration, or nothing.
    """
    stated = {"PYTHON_IMAGE": PYTHON, "VERSION": version, "FAULT": fault}
    _build(engine, image, STANDINS / "web", *(f"--build-arg={name}={value}" for name, value in stated.items()))


def build_base(engine: Engine, image: str, work: Path) -> None:
    """Build an image of Python, Node.js or Caddy, if the engine does not have it yet."""
    _once(engine, DEBIAN, lambda: _debian(engine, work))
    if image.startswith("python:"):
        _once(engine, image, lambda: _python(engine, image, work))
        return
    build_base(engine, PYTHON, work)
    name, _, tag = image.partition(":")
    arguments = [f"--build-arg=PYTHON_IMAGE={PYTHON}"]
    if name == "node":
        arguments.append(f"--build-arg=NODE_VERSION={tag.partition('-')[0]}")
    _build(engine, image, STANDINS / name, *arguments)


def base_image(model: dict[str, Any]) -> str:
    """Return the name of the image of the last stage's base; a Dockerfile of the project's own has Python's."""
    arguments = _build_arguments(model)
    return arguments.get("CADDY_IMAGE") or arguments.get("NODE_IMAGE") or arguments.get("PYTHON_IMAGE") or PYTHON


def _build_arguments(model: dict[str, Any]) -> dict[str, str]:
    found: dict[str, str] = model["services"]["web"]["build"].get("args", {})
    return found


def _once(engine: Engine, image: str, build: Any) -> None:
    if engine.ask("image", "inspect", image, check=False).returncode:
        build()


def _build(engine: Engine, image: str, folder: Path, *arguments: str) -> None:
    # The classic builder: `docker build` needs a plug-in for the other one.
    command = ("build", "--quiet", f"--tag={image}", *arguments, str(folder))
    _once(engine, image, lambda: engine.docker(*command, environment={"DOCKER_BUILDKIT": "0"}))


def _debian(engine: Engine, work: Path) -> None:
    """Import a minimal Debian with this machine's certificates and its settings of apt."""
    work.mkdir(parents=True, exist_ok=True)
    (work / "apt.conf").write_text(apt_settings() + SLIM)
    command = ["mmdebstrap", "--quiet", "--variant=minbase", "--include=ca-certificates", f"--hook-dir={MERGED_USR}"]
    command += [f"--dpkgopt=path-exclude=/usr/share/{name}/*" for name in ("doc", "info", "locale", "man")]
    command += [f"--aptopt={work}/apt.conf", f"--customize-hook=copy-in {work}/apt.conf /etc/apt/apt.conf.d"]
    command += [f"--customize-hook=upload {CERTIFICATES} {CERTIFICATES}"]
    done = subprocess.run([*command, suite(), str(work / "debian.tar")], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    engine.docker("import", str(work / "debian.tar"), DEBIAN)


def _python(engine: Engine, image: str, work: Path) -> None:
    """Copy a Python of this machine into a base image."""
    version = image.partition(":")[2].partition("-")[0]
    prefix = host_python(version)
    assert prefix is not None, f"no Python {version} for {image}"
    folder = work / "python"
    shutil.copytree(STANDINS / "python", folder)
    shutil.copytree(prefix, folder / "prefix", symlinks=True, ignore=shutil.ignore_patterns(*LEFT_OUT))
    (folder / "prefix/lib" / f"python{version}" / "site-packages").mkdir()
    # The official CPython is linked with --strip-all.
    symbols = [file for file in (folder / "prefix").rglob("*.so*") if not file.is_symlink()]
    subprocess.run(["strip", "--strip-unneeded", folder / "prefix/bin" / f"python{version}", *symbols], check=True)
    (folder / "pip.conf").write_text(pip_settings())
    _build(engine, image, folder)
