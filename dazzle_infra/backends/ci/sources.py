"""Where the answers of the CI template come from."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dazzle_infra.backends.provenance import SHARED_SOURCES, Source

__all__ = ["CI_SOURCES"]

CI_SOURCES: Final[Mapping[str, Source]] = {
    "app_name": SHARED_SOURCES["app_name"],
    "branch": "infra.ci.branch",
    "deploy": "infra.ci.deploy",
    "dockerfile": "infra.dockerfile",
    "migrations": "infra.ci.migrations",
    "provider": "infra.ci.provider",
    "registry": "infra.ci.registry",
    "runner": "infra.ci.runner",
}
