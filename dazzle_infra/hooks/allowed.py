"""Which executables a person has allowed to run: SHA-256 digests of their content, kept outside every project."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from dazzle_infra.errors import PreconditionError, UsageError, Where

__all__ = ["VARIABLE", "allow", "allowed_file", "is_allowed"]

VARIABLE: Final = "DAZZLE_INFRA_ALLOW_HOOKS"
"""The variable that allows digests where there is no person, such as in CI."""

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")


def allowed_file() -> Path:
    """Return the file with the digests, in the user's state folder; `XDG_STATE_HOME` is respected on macOS too.

    Raises:
        PreconditionError: There is no home folder.
    """
    named = os.environ.get("XDG_STATE_HOME")
    if named and sys.platform == "darwin":
        return Path(named) / "dazzle-infra" / "allowed-hooks"
    import platformdirs

    try:
        return platformdirs.user_state_path("dazzle-infra") / "allowed-hooks"
    except RuntimeError as error:
        raise PreconditionError(
            "there is no home folder, in which allowed hooks are kept", hint=f"set XDG_STATE_HOME, or {VARIABLE}"
        ) from error


def is_allowed(digest: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Return whether the content with that digest may run.

    Raises:
        UsageError: The variable contains something other than digests.
        PreconditionError: The file cannot be read.
    """
    return digest in _of_variable(environment) or digest in _of_file()


def allow(digest: str, path: Path) -> None:
    """Allow content to run.

    Args:
        digest: Its digest.
        path: The executable; recorded for people who read the file.

    Raises:
        PreconditionError: The file cannot be written.
    """
    if digest in _of_file():
        return
    file = allowed_file()
    try:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # One write of a short line: lines of two processes do not mix.
        descriptor = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, f"{digest}  {str(path).encode('unicode_escape').decode()}\n".encode())
        finally:
            os.close(descriptor)
    except OSError as error:
        raise PreconditionError(
            f"{file} cannot be written: {error.strerror}",
            where=Where(str(file)),
            code="unwritable",
            hint=f"change its permissions, or set {VARIABLE}",
        ) from error


def _of_variable(environment: Mapping[str, str]) -> set[str]:
    stated = [word.strip().lower() for word in environment.get(VARIABLE, "").split(",") if word.strip()]
    if any(_DIGEST.fullmatch(word) is None for word in stated):
        raise UsageError(
            f"{VARIABLE} must contain SHA-256 digests, separated by commas",
            where=Where(key=VARIABLE),
            code="configuration",
            hint="`dazzle-infra hooks` prints the digests of the executables",
        )
    return set(stated)


def _of_file() -> set[str]:
    try:
        file = allowed_file()
        text = file.read_text(encoding="utf-8", errors="replace") if file.is_file() else ""
    except OSError as error:
        raise PreconditionError(
            f"the list of allowed hooks cannot be read: {error.strerror}",
            where=Where(str(allowed_file())),
            code="unreadable",
            hint=f"change its permissions, or set {VARIABLE}",
        ) from error
    except PreconditionError:  # without a home folder only the variable allows
        return set()
    return {found[0] for line in text.splitlines() if (found := _DIGEST.match(line))}
