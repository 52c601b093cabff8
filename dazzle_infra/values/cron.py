"""The fields of cron expressions, and the nicknames of expressions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dazzle_infra.values.rules import RefusedError

__all__ = ["DAY", "HOUR", "MINUTE", "MONTH", "NICKNAMES", "WEEKDAY", "CronField"]

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

_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_ITEM: Final = re.compile(
    r"(?P<low>\*|[0-9]{1,2}|[A-Z]{3})(?:-(?P<high>[0-9]{1,2}|[A-Z]{3}))?(?:/(?P<step>[0-9]{1,2}))?"
)


@dataclass(frozen=True)
class CronField:
    """One of the five fields of a cron expression.

    Attributes:
        what: Its name.
        first: Its lowest value.
        last: Its highest value.
        names: Names of its values, from the lowest on.
    """

    what: str
    first: int
    last: int
    names: tuple[str, ...] = ()

    def values(self, text: str) -> set[int]:
        """Return the values that the field allows; the numbers of weekdays run from 0 to 6.

        Raises:
            RefusedError: The text is no field of this kind.
        """
        return {value for item in text.split(",") for value in self._item(item)}

    def _item(self, item: str) -> range | set[int]:
        match = _ITEM.fullmatch(item)
        if match is None or (match["low"] == "*" and match["high"]):
            raise RefusedError(f"{item!r} is not a valid {self.what}")
        step = int(match["step"] or 1)
        if step == 0:
            raise RefusedError(f"{item!r} has a step of 0")
        if match["low"] == "*":
            return range(self.first, self.last + 1, step)
        low = self._number(match["low"])
        high = self._number(match["high"]) if match["high"] else self.last if match["step"] else low
        if self is WEEKDAY and high == 0 and low > 0:
            high = 7  # FRI-SUN: as the end of a range, Sunday is the seventh day
        if low > high:
            raise RefusedError(f"{item!r} is a reversed range; write two ranges")
        return {value % 7 if self is WEEKDAY else value for value in range(low, high + 1, step)}

    def _number(self, text: str) -> int:
        if text in self.names:
            return self.names.index(text) + self.first
        last = 7 if self is WEEKDAY else self.last
        if not text.isdigit() or not self.first <= int(text) <= last:
            names = f", or {self.names[0]} to {self.names[-1]}" if self.names else ""
            raise RefusedError(f"{text!r} is not a valid {self.what}: use {self.first} to {last}{names}")
        return int(text)


MINUTE: Final = CronField("minute", 0, 59)
HOUR: Final = CronField("hour", 0, 23)
DAY: Final = CronField("day of the month", 1, 31)
MONTH: Final = CronField("month", 1, 12, _MONTHS)
WEEKDAY: Final = CronField("day of the week", 0, 6, _WEEKDAYS)
