"""The folder in which Terraform finds the stub, as it would find mirrored providers."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from tests.tfstub.schema import encode, read_schema

__all__ = ["CONFIG", "build"]

CONFIG: Final = "cli.tfrc"
"""Name of the configuration file for `TF_CLI_CONFIG_FILE` inside the mirror."""

_HOSTS: Final = ("registry.opentofu.org", "registry.terraform.io")
"""The hosts that a provider's source address means where it names none, for OpenTofu and for Terraform."""

_PROGRAM: Final = """\
#!{python} -IS
import os
import sys

sys.path[:0] = [{root!r}]
from tests.tfstub.relay import main

main(os.path.dirname(os.path.realpath(__file__)), {root!r})
"""


def build(mirror: Path, schemas: Iterable[Path], types: Collection[str], at: Path | None = None) -> None:
    """Make a mirror of stubs for the schemas.

    Args:
        mirror: The folder to make.
        schemas: Files of provider schemas.
        types: The types to serve. Terraform reads all that is served in each command; AWS has more than 2,000 types.
        at: Where the folder will be in the end, if not there.
    """
    mirror.mkdir(parents=True, exist_ok=True)
    for path in schemas:
        _add(mirror, path, types)
    (mirror / CONFIG).write_text(
        "disable_checkpoint = true\n\n"
        "provider_installation {\n"
        "  filesystem_mirror {\n"
        f"    path    = {json.dumps(str(at or mirror))}\n"
        '    include = ["*/*/*"]\n'
        "  }\n"
        "}\n"
    )


def _add(mirror: Path, path: Path, types: Collection[str]) -> None:
    schema = read_schema(path).of(types)
    machine = os.uname()
    processor = {"x86_64": "amd64", "aarch64": "arm64"}.get(machine.machine, machine.machine)
    platform = f"{machine.sysname.lower()}_{processor}"
    first, *others = (mirror / host / "hashicorp" / schema.name / schema.version / platform for host in _HOSTS)
    first.mkdir(parents=True)
    (first / "schema.pb").write_bytes(encode(schema))
    kinds = ("resource", "data_source", "ephemeral_resource")
    blocks = {kind: {name: json.dumps(block) for name, block in schema.blocks(kind).items()} for kind in kinds}
    (first / "blocks.json").write_text(json.dumps({"name": schema.name, "blocks": blocks}))
    program = first / f"terraform-provider-{schema.name}_v{schema.version}"
    root = Path(__file__).parents[2]
    program.write_text(_PROGRAM.format(python=sys.executable, root=str(root)))
    program.chmod(0o755)
    for other in others:
        other.parent.mkdir(parents=True)
        other.symlink_to(os.path.relpath(first, other.parent), target_is_directory=True)
