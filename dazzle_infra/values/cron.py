"""Nicknames of cron expressions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

__all__ = ["NICKNAMES"]

NICKNAMES: Final[Mapping[str, str]] = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
"""Cron expressions that have a name (crontab(5), "EXTENSIONS")."""
