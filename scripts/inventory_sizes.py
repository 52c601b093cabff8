"""Print how much each inventoried plan makes: python -m scripts.inventory_sizes."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

import yaml

__all__ = ["main"]

_FOLDER: Final = Path(__file__).parents[1] / "tests" / "inventories"


def main() -> None:
    """Print a row for each plan: its resources, and the Terraform files and lines of its tree."""
    sys.stdout.write(f"{'':20}{'resources':>12}{'files':>8}{'lines':>8}\n")
    for path in sorted(_FOLDER.glob("*.yaml")):
        size = yaml.safe_load(path.read_text())["size"]
        sys.stdout.write(f"{path.stem:20}{size['resources']:>12}{size['files']:>8}{size['lines']:>8}\n")


if __name__ == "__main__":
    main()
