"""Every error a person can meet: what is wrong, where, and what to do next.

The exit codes are those that `dazzle-infra --help` prints. An error carries all that its one message needs, so
that the command line only formats it, as text or as JSON.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

__all__ = [
    "AppSpecError",
    "ConflictsLeftError",
    "DazzleInfraError",
    "ExitCode",
    "ManifestError",
    "NothingToDoError",
    "PreconditionError",
    "TemplateError",
    "UsageError",
    "Where",
    "unexpected",
]


class ExitCode(IntEnum):
    """What the command's exit status means."""

    OK = 0
    ERROR = 1
    USAGE = 2
    PENDING = 3
    CONFLICTS = 4
    PRECONDITION = 5
    INTERRUPTED = 130


@dataclass(frozen=True)
class Where:
    """The place that an error speaks of.

    Attributes:
        file: The file, as the person knows it: relative to the project, or as it was given.
        line: The line in it, from 1, where one is known.
        key: The key in it, written as in the file (`[infra.docker] image_name`), where one is known.
    """

    file: str | None = None
    line: int | None = None
    key: str | None = None

    def __str__(self) -> str:
        """Write it as `file:line`, as editors and terminals understand it."""
        place = self.file or self.key or ""
        return f"{place}:{self.line}" if self.line is not None else place


class DazzleInfraError(Exception):
    """The base of all of them.

    Attributes:
        exit_code: The command's exit status.
        code: A stable word for programs.
        message: What is wrong, one sentence, no full stop.
        where: The place, or None.
        hint: What to do next, or None.
        besides: What the command found out all the same, for the JSON document.
    """

    exit_code: ExitCode = ExitCode.ERROR
    code: str = "error"

    def __init__(
        self, message: str, *, where: Where | None = None, hint: str | None = None, code: str | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.hint = hint
        self.code = code or type(self).code
        self.besides: dict[str, object] = {}

    def __reduce__(self) -> tuple[object, ...]:
        """Survive the way between processes, keyword arguments included."""
        return _rebuild, (type(self), self.message, self.where, self.hint, self.code)


def _rebuild(
    kind: type[DazzleInfraError], message: str, where: Where | None, hint: str | None, code: str
) -> DazzleInfraError:
    return kind(message, where=where, hint=hint, code=code)


class UsageError(DazzleInfraError, ValueError):
    """The command line asks for something that cannot be."""

    exit_code = ExitCode.USAGE
    code = "usage"


class ManifestError(UsageError):
    """`dazzle.toml` is broken, or says something that cannot be."""

    code = "manifest"


class AppSpecError(DazzleInfraError, ValueError):
    """The model cannot be read: the DSL does not parse, or the JSON is not an AppSpec."""

    code = "appspec"


class TemplateError(DazzleInfraError):
    """A template cannot be rendered."""

    code = "template"


class PreconditionError(DazzleInfraError):
    """Something that must be there, or must not be there, is not so; nothing was tried."""

    exit_code = ExitCode.PRECONDITION
    code = "precondition"


class ConflictsLeftError(DazzleInfraError):
    """Something waits for a person's decision."""

    exit_code = ExitCode.CONFLICTS
    code = "conflicts"


class NothingToDoError(PreconditionError):
    """All that was asked for is there already."""

    code = "nothing_to_do"


def unexpected(error: Exception) -> DazzleInfraError:
    """Put an error that nobody foresaw into one that can be printed."""
    if isinstance(error, OSError) and error.strerror:
        name = f"{error.filename}: " if error.filename else ""
        return DazzleInfraError(f"{name}{error.strerror}", code="system")
    text = str(error).strip().splitlines()
    return DazzleInfraError(
        f"this is a mistake in dazzle-infra: {type(error).__name__}: {text[0] if text else 'no message'}",
        code="internal",
        hint="run it again with --debug and report what it prints",
    )
