"""The tools that apply the Terraform files."""

from __future__ import annotations

from typing import Final

from dazzle_infra.backends.tools import Tool, version_of, version_text

__all__ = ["LOWEST_VERSION", "terraform_tools"]

LOWEST_VERSION: Final = (1, 11)


def terraform_tools() -> list[Tool]:
    """Return Terraform, or else OpenTofu."""
    for name in ("terraform", "tofu"):
        version = version_of(name, "version")
        if version is not None:
            old = version < LOWEST_VERSION
            wanted = ".".join(str(part) for part in LOWEST_VERSION)
            return [Tool(name, version_text(version), f"{wanted} or newer is needed to apply the files" if old else "")]
    return [
        Tool(
            "terraform",
            None,
            f"install Terraform or OpenTofu {'.'.join(str(part) for part in LOWEST_VERSION)} or newer to apply the "
            "files; generating them does not need it",
        )
    ]
