"""The programs that check the Terraform files."""

from __future__ import annotations

import re
from pathlib import Path

from dazzle_infra.backends.file_checks import FileCheck, Step

__all__ = ["FILE_CHECKS"]

_UNREACHABLE = re.compile(r"^exit|registry|plugin|Failed to (?:download|install|query|resolve)", re.IGNORECASE)
"""What `terraform init` says where it is the network's fault and not the template's; nothing, where it was ended."""

_PROGRAMS = (("terraform",), ("tofu",))


def _formatted(root: Path) -> list[Step]:
    return [Step(("fmt", "-check", "-recursive", "-no-color"), root)]


def _validated(root: Path) -> list[Step]:
    """Return what validates one environment, which needs the providers."""
    plugins = root.parent / "plugins"
    plugins.mkdir(exist_ok=True)
    environment = {"TF_PLUGIN_CACHE_DIR": str(plugins)}
    return [
        step
        for folder in sorted((root / "envs").glob("*"))[:1]
        for step in (
            Step(
                ("init", "-backend=false", "-input=false", "-no-color"),
                *(folder, f"envs/{folder.name}", "terraform init", environment, _UNREACHABLE),
            ),
            Step(("validate", "-no-color"), folder, f"envs/{folder.name}", "terraform validate", environment),
        )
    ]


FILE_CHECKS = (
    FileCheck("terraform fmt", _PROGRAMS, ("version",), _formatted),
    FileCheck("terraform validate", _PROGRAMS, (), _validated, "nothing is rendered in envs/"),
)
