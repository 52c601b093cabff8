"""Schedules as cron expressions of five fields, which every scheduler reads."""

from __future__ import annotations

from typing import Final

from dazzle_infra.errors import UsageError
from dazzle_infra.values.cron import NICKNAMES
from dazzle_infra.workload.model import Schedule

__all__ = ["cron_of"]

_FIELDS: Final = 5
_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_WEEK: Final = 7 * _DAY


def cron_of(schedule: Schedule) -> str:
    """Return a schedule as a cron expression: minute, hour, day of the month, month, day of the week.

    Raises:
        UsageError: The schedule has no time, no five fields, or an interval that no cron expression states.
    """
    if schedule.cron is not None:
        fields = NICKNAMES.get(schedule.cron.strip().lower(), schedule.cron).split()
        if len(fields) == _FIELDS:
            return " ".join(fields)
        raise _refused(schedule, f"its cron expression {schedule.cron!r} has {len(fields)} fields, not {_FIELDS}")
    seconds = schedule.interval_seconds
    if seconds is None:
        raise _refused(schedule, "it has no cron expression and no interval")
    if seconds > 0 and seconds % _MINUTE == 0 and _HOUR % seconds == 0:
        return "0 * * * *" if seconds == _HOUR else _step("* * * *", seconds // _MINUTE)
    if seconds > 0 and seconds % _HOUR == 0 and _DAY % seconds == 0:
        return "0 0 * * *" if seconds == _DAY else f"0 {_step('* * *', seconds // _HOUR)}"
    if seconds == _WEEK:
        return "0 0 * * 0"
    raise _refused(schedule, f"no cron expression states an interval of {seconds} seconds")


def _step(rest: str, step: int) -> str:
    return f"{'*' if step == 1 else f'*/{step}'} {rest}"


def _refused(schedule: Schedule, problem: str) -> UsageError:
    return UsageError(
        f"schedule {schedule.name}: {problem}",
        hint="state a cron expression of five fields in the model, or an interval that divides an hour or a day",
    )
