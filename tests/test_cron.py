from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from dazzle_infra.clouds.aws.cron import aws_expression
from dazzle_infra.errors import UsageError

DAYS = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"]
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]


@pytest.mark.parametrize(
    ("cron", "expression"),
    [
        ("0 9 * * *", "cron(0 9 * * ? *)"),
        ("*/15 * * * *", "cron(0/15 * * * ? *)"),
        ("0-30/10 * * * *", "cron(0,10,20,30 * * * ? *)"),
        ("5/20 * * * *", "cron(5/20 * * * ? *)"),
        ("5,35 8-18 * * *", "cron(5,35 8-18 * * ? *)"),
        ("0 9 * * 1-5", "cron(0 9 ? * MON-FRI *)"),
        ("0 9 * * mon-fri", "cron(0 9 ? * MON-FRI *)"),
        ("0 0 * * 0", "cron(0 0 ? * SUN *)"),
        ("0 0 * * 7", "cron(0 0 ? * SUN *)"),
        ("0 0 * * 5-7", "cron(0 0 ? * SUN,FRI,SAT *)"),
        ("0 0 * * FRI-SUN", "cron(0 0 ? * SUN,FRI,SAT *)"),
        ("0 0 1 * *", "cron(0 0 1 * ? *)"),
        ("0 0 1,15 */3 *", "cron(0 0 1,15 1/3 ? *)"),
        ("0 0 1 JAN,JUL *", "cron(0 0 1 1,7 ? *)"),
        ("0 0 1-31 * MON", "cron(0 0 * * ? *)"),
        ("0 0 29 2 *", "cron(0 0 29 2 ? *)"),
        ("  0   0 * * *  ", "cron(0 0 * * ? *)"),
        ("@daily", "cron(0 0 * * ? *)"),
        ("@Weekly", "cron(0 0 ? * SUN *)"),
    ],
)
def test_cron_is_said_in_the_clouds_words(cron: str, expression: str) -> None:
    assert aws_expression(cron, None) == expression


@pytest.mark.parametrize(
    ("seconds", "expression"),
    [
        (60, "rate(1 minute)"),
        (90 * 60, "rate(90 minutes)"),
        (3600, "rate(1 hour)"),
        (86400, "rate(1 day)"),
        (14 * 86400, "rate(14 days)"),
    ],
)
def test_an_interval_is_a_rate(seconds: int, expression: str) -> None:
    assert aws_expression(None, seconds) == expression


@pytest.mark.parametrize(
    ("cron", "seconds", "said"),
    [
        ("0 0 1 * MON", None, "restricts both the day of the month and the day of the week"),
        ("0 0 */2 * MON", None, "restricts both the day of the month and the day of the week"),
        ("0 0 30 2 *", None, "none of its months has a day 30"),
        ("0 0 31 4,6,9,11 *", None, "none of its months has a day 31"),
        ("0 0 * *", None, "expected five fields"),
        ("0 0 * * * *", None, "expected five fields"),
        ("", None, "expected five fields"),
        ("@reboot", None, "expected five fields"),
        ("60 * * * *", None, "'60' is not a valid minute: use 0 to 59"),
        ("0 24 * * *", None, "'24' is not a valid hour"),
        ("0 0 0 * *", None, "'0' is not a valid day of the month"),
        ("0 0 * 13 *", None, "or JAN to DEC"),
        ("0 0 * * 8", None, "'8' is not a valid day of the week: use 0 to 7, or SUN to SAT"),
        ("0 0 * * MOO", None, "'MOO' is not a valid day of the week"),
        ("*/0 * * * *", None, "a step of 0"),
        ("30-10 * * * *", None, "reversed range"),
        ("*-5 * * * *", None, "'*-5' is not a valid minute"),
        ("1,,2 * * * *", None, "'' is not a valid minute"),
        ("L * * * *", None, "'L' is not a valid minute"),
        ("²,1 * * * *", None, "is not a valid minute"),
        (None, 90, "whole number of minutes"),
        (None, 0, "whole number of minutes"),
        (None, -60, "whole number of minutes"),
        (None, None, "either a cron expression or an interval"),
        ("0 0 * * *", 60, "either a cron expression or an interval"),
    ],
)
def test_what_the_cloud_cannot_say_is_refused(cron: str | None, seconds: int | None, said: str) -> None:
    with pytest.raises(UsageError, match=re.escape(said)):
        aws_expression(cron, seconds)


@dataclass(frozen=True)
class Meaning:
    """When an expression runs: the minutes, the hours, and the dates of a leap year."""

    minutes: frozenset[int]
    hours: frozenset[int]
    dates: frozenset[date]


DATES = [date(2024, 1, 1) + timedelta(days=number) for number in range(366)]


def items(field: str, low: int, high: int, names: list[str], first: int) -> set[int]:
    """Evaluate one field by the words of its items, for both dialects."""
    found = set()
    for item in field.upper().split(","):
        for position, name in enumerate(names):
            item = item.replace(name, str(position + first))
        span, _, step = item.partition("/")
        start, _, end = ("0", "", "") if span == "*" else span.partition("-")
        bounds = (low, high) if span == "*" else (int(start), int(end or (high if step else start)))
        found |= {value for value in range(low, high + 1) if bounds[0] <= value <= bounds[1]} & set(
            range(bounds[0], high + 1, int(step or 1))
        )
    return found


def cron_meaning(text: str) -> Meaning:
    """Read it as cron does: the two day fields are joined with `or` where neither begins with a star."""
    minute, hour, day, month, weekday = text.split()
    days, months = items(day, 1, 31, [], 0), items(month, 1, 12, MONTHS, 1)
    weekdays = {value % 7 for value in items(weekday, 0, 7, DAYS, 0)}
    join = all if day.startswith("*") or weekday.startswith("*") else any
    return Meaning(
        frozenset(items(minute, 0, 59, [], 0)),
        frozenset(items(hour, 0, 23, [], 0)),
        frozenset(
            one for one in DATES if one.month in months and join([one.day in days, one.isoweekday() % 7 in weekdays])
        ),
    )


def aws_meaning(text: str) -> Meaning:
    """Read it as EventBridge Scheduler does: one day field is a question mark, and Sunday is 1."""
    found = re.fullmatch(r"cron\((\S+) (\S+) (\S+) (\S+) (\S+) \*\)", text)
    assert found
    minute, hour, day, month, weekday = found.groups()
    assert (day == "?") != (weekday == "?")
    assert "/" not in weekday, "the cloud has no steps of weekdays"
    days = range(1, 32) if day == "?" else items(day, 1, 31, [], 0)
    weekdays = range(1, 8) if weekday == "?" else items(weekday, 1, 7, DAYS, 1)
    months = items(month, 1, 12, [], 0)
    return Meaning(
        frozenset(items(minute, 0, 59, [], 0)),
        frozenset(items(hour, 0, 23, [], 0)),
        frozenset(
            one for one in DATES if one.month in months and one.day in days and one.isoweekday() % 7 + 1 in weekdays
        ),
    )


@st.composite
def fields(draw: st.DrawFn, low: int, high: int, *, names: tuple[str, ...] = (), first: int = 0) -> str:
    def item() -> str:
        start = draw(st.integers(low, high))
        end = draw(st.integers(start, high))
        step = f"/{draw(st.integers(1, 30))}"
        plain = [str(start), f"{start}-{end}", f"{start}-{end}{step}", "*", f"*{step}"]
        named = [names[start - first]] if names and start - first < len(names) else []
        return draw(st.sampled_from(plain + named))

    return ",".join(item() for _ in range(draw(st.integers(1, 3))))


DAY, WEEKDAY = fields(1, 31), fields(0, 7, names=tuple(DAYS))
DAY_FIELDS = st.one_of(st.tuples(DAY, st.just("*")), st.tuples(st.just("*"), WEEKDAY), st.tuples(DAY, WEEKDAY))
CRONS = st.builds(
    lambda minute, hour, month, days: f"{minute} {hour} {days[0]} {month} {days[1]}",
    fields(0, 59),
    fields(0, 23),
    fields(1, 12, names=tuple(MONTHS), first=1),
    DAY_FIELDS,
)


@given(CRONS)
def test_the_translation_runs_when_the_original_does(cron: str) -> None:
    said = said_about(cron)
    assume(said.startswith("cron("))
    assert aws_meaning(said) == cron_meaning(cron), said


def said_about(cron: str) -> str:
    try:
        return aws_expression(cron, None)
    except UsageError as error:
        return error.message


@given(CRONS | st.text())
def test_anything_is_translated_or_refused_with_a_message(cron: str) -> None:
    assert said_about(cron).startswith(("cron(", f"cron expression {cron!r}: "))
