"""Cron expressions as calendar expressions of systemd timers (systemd.time(7), "CALENDAR EVENTS")."""

from __future__ import annotations

from typing import Final

from dazzle_infra.errors import UsageError
from dazzle_infra.values.cron import DAY, HOUR, MINUTE, MONTH, WEEKDAY, CronField
from dazzle_infra.values.rules import RefusedError

__all__ = ["calendar_events"]

_WEEKDAYS: Final = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")


def calendar_events(cron: str, timezone: str) -> list[str]:
    """Return the calendar expressions of a cron expression of five fields.

    cron starts a command if either day field matches, unless one of them begins with a star (crontab(5)); systemd
    requires both. Such an expression therefore becomes two events.

    Args:
        cron: The expression.
        timezone: The IANA time zone in which it is read.

    Returns:
        One or two expressions of `OnCalendar=`.

    Raises:
        UsageError: The text is not a cron expression.
    """
    try:
        minute, hour, day, month, weekday = cron.upper().split()
        time = f"{_listed(HOUR, hour)}:{_listed(MINUTE, minute)}:00"
        months, days = _listed(MONTH, month), _listed(DAY, day)
        weekdays = sorted(WEEKDAY.values(weekday))
    except (RefusedError, ValueError) as error:
        says = error.says if isinstance(error, RefusedError) else "it does not have five fields"
        raise UsageError(f"cron expression {cron!r}: {says}") from None
    names = "" if len(weekdays) == len(_WEEKDAYS) else ",".join(_WEEKDAYS[one] for one in weekdays) + " "
    if names and days != "*" and not day.startswith("*") and not weekday.startswith("*"):
        return [f"*-{months}-{days} {time} {timezone}", f"{names}*-{months}-* {time} {timezone}"]
    return [f"{names}*-{months}-{days} {time} {timezone}"]


def _listed(field: CronField, text: str) -> str:
    values = sorted(field.values(text))
    if len(values) == field.last - field.first + 1:
        return "*"
    return ",".join(f"{value:02}" for value in values)
