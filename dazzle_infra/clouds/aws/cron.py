"""Conversion of cron expressions and intervals to expressions of EventBridge Scheduler.

A model's schedule has the five fields of POSIX cron, with its common extensions: minute, hour, day of the month, month,
day of the week. EventBridge Scheduler has a sixth field for the year, counts the days of the week from 1 for Sunday,
and allows only one of the two day fields (user guide, "Schedule types").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from dazzle_infra.errors import UsageError
from dazzle_infra.values.cron import NICKNAMES

__all__ = ["aws_expression"]

_MONTHS: Final = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_WEEKDAYS: Final = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
_ITEM: Final = re.compile(
    r"(?P<low>\*|[0-9]{1,2}|[A-Z]{3})(?:-(?P<high>[0-9]{1,2}|[A-Z]{3}))?(?:/(?P<step>[0-9]{1,2}))?"
)
_UNITS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60))
_LONGEST: Final = {month: 30 if month in (4, 6, 9, 11) else 29 if month == 2 else 31 for month in range(1, 13)}


@dataclass(frozen=True)
class _Field:
    """One of the five fields: its name, its range of values, and the names of values."""

    what: str
    first: int
    last: int
    names: tuple[str, ...] = ()

    def values(self, text: str) -> set[int]:
        """Return the values that the field allows; the numbers of weekdays run from 0 to 6."""
        return {value for item in text.split(",") for value in self._item(item)}

    def _item(self, item: str) -> range | set[int]:
        match = _ITEM.fullmatch(item)
        if match is None or (match["low"] == "*" and match["high"]):
            raise UsageError(f"{item!r} is not a valid {self.what}")
        step = int(match["step"] or 1)
        if step == 0:
            raise UsageError(f"{item!r} has a step of 0")
        if match["low"] == "*":
            return range(self.first, self.last + 1, step)
        low = self._number(match["low"])
        high = self._number(match["high"]) if match["high"] else self.last if match["step"] else low
        if self is _WEEKDAY and high == 0 and low > 0:
            high = 7  # FRI-SUN: as the end of a range, Sunday is the seventh day
        if low > high:
            raise UsageError(f"{item!r} is a reversed range; write two ranges")
        return {value % 7 if self is _WEEKDAY else value for value in range(low, high + 1, step)}

    def _number(self, text: str) -> int:
        if text in self.names:
            return self.names.index(text) + self.first
        last = 7 if self is _WEEKDAY else self.last
        if not text.isdigit() or not self.first <= int(text) <= last:
            names = f", or {self.names[0]} to {self.names[-1]}" if self.names else ""
            raise UsageError(f"{text!r} is not a valid {self.what}: use {self.first} to {last}{names}")
        return int(text)

    def written(self, values: set[int]) -> str:
        """Return the values in the cloud's syntax: a star, one value, a range, a step or a list."""
        listed = sorted(values)
        if len(listed) == self.last - self.first + 1:
            return "*"
        named = [self.names[value] if self is _WEEKDAY else str(value) for value in listed]
        gaps = {after - before for before, after in pairwise(listed)}
        if len(gaps) == 1 and len(listed) > 2:
            (gap,) = gaps
            if gap == 1:
                return f"{named[0]}-{named[-1]}"
            if self is not _WEEKDAY and listed[-1] + gap > self.last:
                return f"{named[0]}/{gap}"
        return ",".join(named)


_MINUTE: Final = _Field("minute", 0, 59)
_HOUR: Final = _Field("hour", 0, 23)
_DAY: Final = _Field("day of the month", 1, 31)
_MONTH: Final = _Field("month", 1, 12, _MONTHS)
_WEEKDAY: Final = _Field("day of the week", 0, 6, _WEEKDAYS)


def aws_expression(cron: str | None, interval_seconds: int | None) -> str:
    """Return the expression of EventBridge Scheduler for a schedule of the model.

    Args:
        cron: Five fields, or a nickname such as `@daily`. Fields can have names, ranges, steps and lists; Sunday is 0
            or 7.
        interval_seconds: Seconds between two runs. Exactly one of the two arguments is not None.

    Returns:
        `cron(MINUTES HOURS DAY MONTH WEEKDAY YEAR)` or `rate(NUMBER UNIT)`.

    Raises:
        UsageError: The text is not a cron expression, or EventBridge Scheduler cannot express it.
    """
    if cron is not None and interval_seconds is None:
        try:
            return _cron(cron)
        except UsageError as error:
            raise UsageError(f"cron expression {cron!r}: {error.message}") from None
    if interval_seconds is not None and cron is None:
        return _rate(interval_seconds)
    raise UsageError("a schedule has either a cron expression or an interval")


def _rate(seconds: int) -> str:
    if seconds < 60 or seconds % 60:
        raise UsageError(
            f"an interval of {seconds} seconds is not a whole number of minutes, which the cloud's scheduler requires"
        )
    unit, size = next((unit, size) for unit, size in _UNITS if seconds % size == 0)
    number = seconds // size
    return f"rate({number} {unit if number == 1 else unit + 's'})"


def _cron(text: str) -> str:
    fields = NICKNAMES.get(text.strip().lower(), text).upper().split()
    if len(fields) != 5:
        raise UsageError(f"expected five fields (minute, hour, day, month, day of the week), found {len(fields)}")
    minute, hour, day, month, weekday = fields
    months = _MONTH.values(month)
    on_day, on_weekday = _days(day, weekday, months)
    times = f"{_MINUTE.written(_MINUTE.values(minute))} {_HOUR.written(_HOUR.values(hour))}"
    return f"cron({times} {on_day} {_MONTH.written(months)} {on_weekday} *)"


def _days(day: str, weekday: str, months: set[int]) -> tuple[str, str]:
    days, weekdays = _DAY.values(day), _WEEKDAY.values(weekday)
    if min(days) > max(_LONGEST[month] for month in months):
        raise UsageError(f"none of its months has a day {min(days)}")
    every_day, every_weekday = len(days) == 31, len(weekdays) == 7
    # cron joins the two fields with `and` where one begins with a star, else with `or`.
    either = not day.startswith("*") and not weekday.startswith("*")
    if (every_day and every_weekday) or (either and (every_day or every_weekday)):
        return "*", "?"
    if every_day:
        return "?", _WEEKDAY.written(weekdays)
    if every_weekday:
        return _DAY.written(days), "?"
    raise UsageError(
        "it restricts both the day of the month and the day of the week; the cloud's scheduler allows one of them: "
        "use two schedules"
    )
