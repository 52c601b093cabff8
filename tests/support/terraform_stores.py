"""The modules of the database and the cache alone, behind a small root, and a cloud that keeps what it is given."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dazzle_infra.templates.embedded import embedded_repository
from tests.support.terraform import Terraform, initialised
from tests.tfstub.cloud import CLOUD

__all__ = ["Stores", "released_modules", "stores"]

_ROOT = """\
variable "secrets_version" {
  type    = number
  default = 1
}

module "database" {
  source = "./modules/db"

  name            = "shop-dev"
  subnet_ids      = ["subnet-1", "subnet-2"]
  access_group_id = "sg-1"
  encryption_key  = "arn:aws:kms:us-east-1:123456789012:key/1"
  secrets_version = var.secrets_version

  deletion_protection = false
}

module "cache" {
  source = "./modules/cache"

  name            = "shop-dev"
  subnet_ids      = ["subnet-1", "subnet-2"]
  access_group_id = "sg-1"
  encryption_key  = "arn:aws:kms:us-east-1:123456789012:key/1"
  secrets_version = var.secrets_version

  deletion_protection = false
}
"""
_CALM = ("-input=false", "-no-color", "-lock=false", "-compact-warnings")


@dataclass(frozen=True)
class Stores:
    """A root with both modules, and the folder of the cloud.

    Attributes:
        tool: Terraform, initialised.
        root: The root.
        cloud: What the stub keeps.
    """

    tool: Terraform
    root: Path
    cloud: Path

    def apply(self, *options: str) -> str:
        """Apply, and return what was printed."""
        return self.tool.succeed("apply", *_CALM, "-auto-approve", *options, cwd=self.root)

    def interrupted(self, resources: Sequence[str], *options: str) -> None:
        """Apply, and fail at resources, each a type and a text that one of its values contains."""
        (self.cloud / "failing").write_text("\n".join(resources))
        done = self.tool.run("apply", *_CALM, "-auto-approve", *options, cwd=self.root)
        (self.cloud / "failing").unlink()
        assert done.returncode == 1
        assert "the test interrupts the apply here" in done.stderr

    def planned(self, *options: str) -> dict[str, list[str]]:
        """Return what a plan does to each resource that it changes."""
        self.tool.succeed("plan", *_CALM, "-out=plan", *options, cwd=self.root)
        plan = json.loads(self.tool.succeed("show", "-json", "plan", cwd=self.root))
        changes = ((one["address"], one["change"]["actions"]) for one in plan["resource_changes"])
        return {address: actions for address, actions in changes if actions not in (["no-op"], ["read"])}

    def use_modules(self, modules: Path) -> None:
        """Put other modules in the place of the root's."""
        for name in ("db", "cache"):
            shutil.rmtree(self.root / "modules" / name, ignore_errors=True)
            shutil.copytree(modules / name, self.root / "modules" / name)
        (self.root / "main.tf").write_text(_ROOT)
        initialised(self.root)

    def assert_they_agree(self) -> None:
        """Compare the password of the server and the newest token of the cache with those of the URLs."""
        kept = self.kept()
        password, (token, *_) = kept["passwords"]["shop-dev"], kept["tokens"]["shop-dev"]
        assert f":{password}@" in self.secret("shop-dev/DATABASE_URL")
        assert f":{token}@" in self.secret("shop-dev/REDIS_URL")

    def secret(self, name: str) -> str:
        """Return the current value of a secret."""
        (versions,) = (one.values() for address, one in self.kept()["secrets"].items() if f":{name}-" in address)
        (current,) = (one for one in versions if "AWSCURRENT" in one["stages"])
        return str(current["value"])

    def kept(self) -> dict[str, Any]:
        """Return everything that the cloud keeps."""
        document: dict[str, Any] = json.loads((self.cloud / "kept.json").read_text())
        return document


def stores(directory: Path, modules: Path, monkeypatch: pytest.MonkeyPatch) -> Stores:
    """Make a root with the modules, and an empty cloud, below a directory."""
    root, cloud = directory / "root", directory / "cloud"
    root.mkdir(parents=True)
    cloud.mkdir()
    monkeypatch.setenv(CLOUD, str(cloud))
    (root / "main.tf").write_text("")
    made = Stores(initialised(root), root, cloud)
    made.use_modules(modules)
    return made


def released_modules(tag: str, directory: Path) -> Path:
    """Write the two modules of a release below the directory, and return their folder."""
    repository = embedded_repository("terraform")
    for name, condition in (("db", "database"), ("cache", "cache")):
        folder = directory / name
        folder.mkdir(parents=True)
        inside = f"{tag}:template/modules/{{% if {condition} %}}{name}{{% endif %}}"
        for file in _git(repository, "ls-tree", "--name-only", inside).splitlines():
            (folder / file).write_text(_git(repository, "show", f"{inside}/{file}"))
    return directory


def _git(repository: Path, *arguments: str) -> str:
    return subprocess.run(["git", "-C", str(repository), *arguments], check=True, capture_output=True, text=True).stdout
