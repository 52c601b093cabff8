"""Packages that add backends: distributions in a folder of their own on the path of imports."""

from __future__ import annotations

import sys
from pathlib import Path
from textwrap import dedent

import pytest

from tests.support.trees import build_tree

__all__ = ["BACKEND", "install"]

BACKEND = """\
from dazzle_infra.backends import Backend


class Charts(Backend):
    name, summary = "charts", "a Helm chart"
    template = {template!r}
"""
"""A whole backend."""


def install(
    patch: pytest.MonkeyPatch,
    folder: Path,
    code: str,
    entry: str = "charts = acme_charts:Charts",
    *,
    package: str = "acme-charts",
    version: str = "1.2.0",
) -> None:
    """Install a package for this process.

    Args:
        patch: Takes the package back.
        folder: Where its files go.
        code: Its module.
        entry: Its entry points of the group `dazzle_infra.backends`.
        package: The name of the package; the module has the same with underscores.
        version: Its version.
    """
    module = package.replace("-", "_")
    build_tree(
        folder,
        {
            f"{module}.py": dedent(code),
            f"{module}-{version}.dist-info/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n",
            f"{module}-{version}.dist-info/entry_points.txt": f"[dazzle_infra.backends]\n{entry}\n",
        },
    )
    patch.delitem(sys.modules, module, raising=False)
    patch.syspath_prepend(folder)
