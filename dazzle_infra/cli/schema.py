"""`schema`: the JSON Schema of dazzle.toml."""

from __future__ import annotations

import json
import sys

from dazzle_infra.manifest import schema

__all__ = ["run_schema"]


def run_schema() -> None:
    """Print the schema."""
    sys.stdout.write(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n")
