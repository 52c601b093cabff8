"""What the stand-ins have in common: the record of their calls."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

__all__ = ["ACCOUNT", "TOKEN", "calls", "record", "refuse"]

ACCOUNT = "123456789012"
"""The number of the account, which is the one of `tests.tfstub`."""

TOKEN = "a token of the registry"


def record(tool: str, arguments: Sequence[str], **found: Any) -> None:
    """Add a call to the record."""
    with Path(os.environ["WALKTHROUGH"]).open("a") as file:
        file.write(json.dumps({"tool": tool, "arguments": list(arguments), "found": found}) + "\n")


def calls(tool: str) -> list[dict[str, Any]]:
    """Return the calls of a tool up to now."""
    path = Path(os.environ["WALKTHROUGH"])
    known = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
    return [call for call in known if call["tool"] == tool]


def refuse(tool: str, arguments: Sequence[str], why: str) -> NoReturn:
    """End as a command does that is called wrongly."""
    sys.exit(f"{tool} {' '.join(arguments)}: {why}")
