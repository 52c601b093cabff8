"""Views of processes, schedules, jobs, experiences and events."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator

from dazzle_infra.appspec.view import Construct, Name, Parameter, View, Whole

__all__ = [
    "Clock",
    "EventModel",
    "Experience",
    "Job",
    "Process",
    "Schedule",
    "Step",
    "Subscription",
]

_NESTED = ("foreach_steps", "parallel_steps")


class Step(View):
    """A step of a process."""

    name: Name
    kind: Name = "service"


def _flatten(value: object) -> object:
    """Return the steps and the steps nested in them as one list, in the order of the DSL."""
    if not isinstance(value, list):
        return value
    flat: list[Any] = []
    waiting = value[::-1]
    while waiting:
        step = waiting.pop()
        flat.append(step)
        for key in _NESTED[::-1]:
            nested = step.get(key) if isinstance(step, dict) else None
            if nested is not None and not isinstance(nested, list):
                raise ValueError(f"has {key} that are not a list")
            waiting += (nested or [])[::-1]
    return flat


class Clock(View):
    """A schedule: a cron expression or an interval."""

    cron: Parameter = None
    interval_seconds: Whole | None = None
    timezone: Parameter = None


class Process(Construct):
    """A process; its steps are flat, nested ones included."""

    trigger: Clock | None = None
    steps: Annotated[tuple[Step, ...], BeforeValidator(_flatten)] = ()


class Schedule(Construct, Clock):
    """Work that runs on a schedule."""


class Job(Construct):
    """Work that runs in the background."""

    schedule: Clock | None = None


class ExperienceStep(View):
    """A step of an experience."""

    name: Name
    kind: Name


class Experience(Construct):
    """A flow through several surfaces."""

    steps: tuple[ExperienceStep, ...] = ()


class Subscription(View):
    """A group that consumes a topic; it has no name of its own."""

    topic: Name
    group_id: Name


class Named(View):
    """A topic or an event."""

    name: Name


class EventModel(View):
    """Topics and events."""

    topics: tuple[Named, ...] = ()
    events: tuple[Named, ...] = ()
