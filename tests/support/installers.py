"""Wheels of this repository and of a small Dazzle, and installers that put them into environments of their own."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from tests.support.environments import DAZZLE, ROOT
from tests.support.trees import build_tree

__all__ = ["Wheels", "Workbench", "build_sources", "build_wheels"]

_SOURCES = (
    "dazzle_infra",
    "docs",
    "packages",
    "startup",
    "LICENSE",
    "README.md",
    "pyproject.toml",
    ".pre-commit-hooks.yaml",
)

_DAZZLE_PROJECT = """\
    [build-system]
    requires = ["hatchling>=1.27"]
    build-backend = "hatchling.build"
    [project]
    name = "dazzle-dsl"
    version = "0.125.0"
    dependencies = ["typer"]
    [project.scripts]
    dazzle = "dazzle.cli:main"
    [tool.hatch.build.targets.wheel]
    packages = ["dazzle"]
    """


@dataclass(frozen=True)
class Wheels:
    """What is installed.

    Attributes:
        infra: The wheel of dazzle-infra.
        standalone: The wheel of dazzle-infra-standalone.
        dazzle: dazzle-dsl: the name of the real one where this interpreter has it, otherwise a small one's wheel.
    """

    infra: str
    standalone: str
    dazzle: str


@dataclass(frozen=True)
class Workbench:
    """A folder in which commands run with the package indexes of pip's configuration, and nothing of the user's.

    Attributes:
        folder: The folder.
        variables: What the commands have in their environment besides.
    """

    folder: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    def run(self, *command: str | Path, cwd: Path | None = None, status: int = 0, **variables: str) -> str:
        """Run a command that must end with a status; return what it prints, errors included."""
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON", "VIRTUAL_ENV"))
        }
        done = subprocess.run(
            list(map(str, command)),
            cwd=cwd or self.folder,
            env=environment | uv_indexes() | {"UV_PYTHON_DOWNLOADS": "never"} | dict(self.variables) | variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        assert done.returncode == status, f"{command}\n{done.stdout}"
        return done.stdout


@cache
def uv_indexes() -> dict[str, str]:
    """Return the variables by which uv uses the package indexes that pip is configured with."""
    listed = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    ).stdout
    lines = [line.partition("=") for line in listed.splitlines() if "=" in line]
    pip = {key.rpartition(".")[2]: str(ast.literal_eval(value)).split() for key, _, value in lines}
    uv = {
        "UV_DEFAULT_INDEX": " ".join(pip.get("index-url", [])),
        "UV_INDEX": " ".join(pip.get("extra-index-url", [])),
        "UV_FIND_LINKS": ",".join(pip.get("find-links", [])),
        "UV_CONSTRAINT": " ".join(pip.get("constraint", [])),
        "SSL_CERT_FILE": " ".join(pip.get("cert", [])),
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }
    return {name: value for name, value in uv.items() if value}


def build_sources(folder: Path) -> Path:
    """Copy what a wheel is built from."""
    folder.mkdir(parents=True)
    for name in _SOURCES:
        origin = ROOT / name
        if origin.is_dir():
            shutil.copytree(origin, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(origin, folder)
    return folder


def build_wheels(folder: Path) -> Wheels:
    """Build the wheels from copies of the sources."""
    sources = build_sources(folder / "sources")
    small = build_tree(folder / "small", {"pyproject.toml": _DAZZLE_PROJECT, **DAZZLE})
    out = folder / "wheels"
    Workbench(folder).run(
        *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", out),
        *(sources, sources / "packages" / "dazzle-infra-standalone", small),
    )
    infra, standalone, dazzle = (
        str(next(out.glob(f"{name}-*.whl"))) for name in ("dazzle_infra", "dazzle_infra_standalone", "dazzle_dsl")
    )
    return Wheels(infra, standalone, "dazzle-dsl" if find_spec("dazzle") else dazzle)
