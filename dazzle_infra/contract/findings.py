"""Findings of a check: what is wrong, where, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["Finding", "Result", "Status", "result"]

Status = Literal["ok", "note", "failed", "skipped"]


@dataclass(frozen=True)
class Finding:
    """One finding.

    Attributes:
        message: What was found.
        where: The location: a file of the template, a question, or a rendered file.
        hint: What to do.
        breaks: Whether it breaks the contract; otherwise it is only a note.
    """

    message: str
    where: str = ""
    hint: str = ""
    breaks: bool = True


@dataclass(frozen=True)
class Result:
    """The result of one part of the check.

    Attributes:
        check: The name of the part.
        status: `failed` if a finding breaks the contract, `skipped` if the part could not be run.
        detail: What was checked, or why the part was skipped.
        findings: The findings.
    """

    check: str
    status: Status
    detail: str
    findings: tuple[Finding, ...] = ()


def result(check: str, detail: str, findings: Sequence[Finding] = ()) -> Result:
    """Return the result for findings."""
    status: Status = "failed" if any(one.breaks for one in findings) else "note" if findings else "ok"
    return Result(check, status, detail, tuple(findings))
