"""What a check finds: what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["Finding", "Result", "Status", "result"]

Status = Literal["ok", "note", "failed", "skipped"]


@dataclass(frozen=True)
class Finding:
    """One thing to know.

    Attributes:
        message: What is so.
        where: The place: a file of the template, a question, or a file that it rendered.
        hint: What to do.
        breaks: Whether it breaks the contract; otherwise it is only said.
    """

    message: str
    where: str = ""
    hint: str = ""
    breaks: bool = True


@dataclass(frozen=True)
class Result:
    """What one part of the check came to.

    Attributes:
        check: The part.
        status: `failed` where a finding breaks the contract, `skipped` where the part could not be done.
        detail: What was looked at, or why nothing was.
        findings: What was found.
    """

    check: str
    status: Status
    detail: str
    findings: tuple[Finding, ...] = ()


def result(check: str, detail: str, findings: Sequence[Finding] = ()) -> Result:
    """Return the result that the findings make."""
    status: Status = "failed" if any(one.breaks for one in findings) else "note" if findings else "ok"
    return Result(check, status, detail, tuple(findings))
