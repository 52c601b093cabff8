"""The errors that dazzle-infra reports: what is wrong, where, and what to do.

`dazzle-infra --help` prints the exit codes. An error holds all parts of its message, so that the command line only
formats them, as text or as JSON.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from enum import IntEnum

__all__ = [
    "AppSpecError",
    "ConflictsLeftError",
    "DazzleInfraError",
    "ExitCode",
    "ManifestError",
    "NothingToDoError",
    "PackagesError",
    "PreconditionError",
    "TemplateError",
    "UnknownVersionError",
    "UsageError",
    "Where",
    "unexpected",
]


class ExitCode(IntEnum):
    """The exit status of the command.

    Attributes:
        OK: The command succeeded.
        ERROR: An error without an exit status of its own.
        USAGE: The command line or dazzle.toml is invalid.
        PENDING: Changes are pending.
        CONFLICTS: Conflicts remain.
        PRECONDITION: A precondition does not hold.
        INTERRUPTED: The command was interrupted (128 + SIGINT).
    """

    OK = 0
    ERROR = 1
    USAGE = 2
    PENDING = 3
    CONFLICTS = 4
    PRECONDITION = 5
    INTERRUPTED = 130


@dataclass(frozen=True)
class Where:
    """The location that an error refers to.

    Attributes:
        file: Path of the file, relative to the project or as the user passed it.
        line: The line of the file, from 1, if it is known.
        key: The key of the file, written as there (`[infra.docker] image_name`), if it is known.
    """

    file: str | None = None
    line: int | None = None
    key: str | None = None

    def __str__(self) -> str:
        """Return it as `file:line`, which editors and terminals recognise."""
        place = self.file or self.key or ""
        return f"{place}:{self.line}" if self.line is not None else place


class DazzleInfraError(Exception):
    """The base class of the errors.

    Attributes:
        exit_code: The command's exit status.
        code: A stable identifier for programs.
        message: What is wrong: one sentence without a full stop.
        where: The location, or None.
        hint: What to do next, or None.
        besides: Results of the command before the error, for the JSON document.
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
        """Pickle the error with its keyword arguments, so that worker processes can return it."""
        return _rebuild, (type(self), self.message, self.where, self.hint, self.code)


def _rebuild(
    kind: type[DazzleInfraError], message: str, where: Where | None, hint: str | None, code: str
) -> DazzleInfraError:
    return kind(message, where=where, hint=hint, code=code)


class UsageError(DazzleInfraError, ValueError):
    """The command line is invalid."""

    exit_code = ExitCode.USAGE
    code = "usage"


class ManifestError(UsageError):
    """`dazzle.toml` cannot be parsed, or has an invalid key or value."""

    code = "manifest"


class PackagesError(UsageError):
    """A file that declares the project's packages cannot be parsed, or declares one that no image can install."""

    code = "packages"


class AppSpecError(DazzleInfraError, ValueError):
    """The model cannot be read: the DSL cannot be parsed, or the JSON is not an AppSpec."""

    code = "appspec"


class TemplateError(DazzleInfraError):
    """A template cannot be rendered."""

    code = "template"


class UnknownVersionError(TemplateError):
    """The requested version of a template does not exist."""

    exit_code = ExitCode.USAGE
    code = "version_unknown"


class PreconditionError(DazzleInfraError):
    """A precondition of the command does not hold; nothing was changed."""

    exit_code = ExitCode.PRECONDITION
    code = "precondition"


class ConflictsLeftError(DazzleInfraError):
    """Conflicts remain that the user must resolve."""

    exit_code = ExitCode.CONFLICTS
    code = "conflicts"


class NothingToDoError(PreconditionError):
    """The requested state exists already."""

    code = "nothing_to_do"


def unexpected(error: Exception) -> DazzleInfraError:
    """Convert an unexpected error into one that can be printed."""
    if isinstance(error, OSError) and error.strerror:
        name = f"{error.filename}: " if error.filename else ""
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            return DazzleInfraError(
                f"{name}no space is left on the disk",
                code="disk_full",
                hint="free some space there; temporary files are written to $TMPDIR, or to /tmp where it is not set",
            )
        return DazzleInfraError(f"{name}{error.strerror}", code="system")
    text = str(error).strip().splitlines()
    return DazzleInfraError(
        f"internal error in dazzle-infra: {type(error).__name__}: {text[0] if text else 'no message'}",
        code="internal",
        hint="run the command again with --debug and report its output",
    )
