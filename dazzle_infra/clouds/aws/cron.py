"""Conversion of cron expressions and intervals to expressions of EventBridge Scheduler.

A model's schedule has the five fields of POSIX cron, with its common extensions: minute, hour, day of the month, month,
day of the week. EventBridge Scheduler has a sixth field for the year, counts the days of the week from 1 for Sunday,
and allows only one of the two day fields (user guide, "Schedule types").
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from dazzle_infra.errors import UsageError
from dazzle_infra.values.cron import DAY, HOUR, MINUTE, MONTH, NICKNAMES, WEEKDAY, CronField
from dazzle_infra.values.rules import RefusedError

__all__ = ["aws_expression"]

_UNITS: Final = (("day", 86_400), ("hour", 3_600), ("minute", 60))
_LONGEST: Final = {month: 30 if month in (4, 6, 9, 11) else 29 if month == 2 else 31 for month in range(1, 13)}


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
        except (RefusedError, UsageError) as error:
            says = error.message if isinstance(error, UsageError) else error.says
            raise UsageError(f"cron expression {cron!r}: {says}") from None
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
    months = MONTH.values(month)
    on_day, on_weekday = _days(day, weekday, months)
    times = f"{_written(MINUTE, MINUTE.values(minute))} {_written(HOUR, HOUR.values(hour))}"
    return f"cron({times} {on_day} {_written(MONTH, months)} {on_weekday} *)"


def _days(day: str, weekday: str, months: set[int]) -> tuple[str, str]:
    days, weekdays = DAY.values(day), WEEKDAY.values(weekday)
    if min(days) > max(_LONGEST[month] for month in months):
        raise UsageError(f"none of its months has a day {min(days)}")
    every_day, every_weekday = len(days) == 31, len(weekdays) == 7
    # cron joins the two fields with `and` where one begins with a star, else with `or`.
    either = not day.startswith("*") and not weekday.startswith("*")
    if (every_day and every_weekday) or (either and (every_day or every_weekday)):
        return "*", "?"
    if every_day:
        return "?", _written(WEEKDAY, weekdays)
    if every_weekday:
        return _written(DAY, days), "?"
    raise UsageError(
        "it restricts both the day of the month and the day of the week; the cloud's scheduler allows one of them: "
        "use two schedules"
    )


def _written(field: CronField, values: set[int]) -> str:
    """Return the values of a field in the cloud's syntax: a star, one value, a range, a step or a list."""
    listed = sorted(values)
    if len(listed) == field.last - field.first + 1:
        return "*"
    named = [field.names[value] if field is WEEKDAY else str(value) for value in listed]
    gaps = {after - before for before, after in pairwise(listed)}
    if len(gaps) == 1 and len(listed) > 2:
        (gap,) = gaps
        if gap == 1:
            return f"{named[0]}-{named[-1]}"
        if field is not WEEKDAY and listed[-1] + gap > field.last:
            return f"{named[0]}/{gap}"
    return ",".join(named)
