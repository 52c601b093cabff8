"""The worker process: `python -P -m dazzle_infra.rendering.worker.main FOLDER CPU_SECONDS`.

Copier changes the working directory of its process, and runs git with the environment at the time of its import, so it
has a process of its own. Each line of standard input is a request, a list of jobs as JSON. The response to each is one
line of JSON. The process writes only to FOLDER, and one render takes at most CPU_SECONDS of processor time.
"""

from __future__ import annotations

import errno
import gc
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from dazzle_infra.rendering.worker.checkout import Checkouts
from dazzle_infra.rendering.worker.copier_patches import apply_patches, are_tested
from dazzle_infra.rendering.worker.guard import Guard, GuardError

__all__ = ["main"]

_FULL = (os.strerror(errno.ENOSPC), "Out of diskspace")
"""Messages of Python and git if the disk is full."""

_TRACED = {"internal", "template", "unsafe"}
"""Kinds of failures that may be internal errors, whose traceback `--debug` prints."""

_COLLECTED = 20
"""The number of requests between garbage collections; one for each request would take a fifth of the time."""


def _render(job: dict[str, Any]) -> None:
    """Render one job: `source` at `version` into the empty folder `destination`.

    `data` are answers that the version must accept. `recorded` are answers of another version: Copier reads them from
    an answers file, as in an update, and ignores those that this version does not accept. In place of these it uses
    `fallback`, or else the defaults of the version.
    """
    import yaml
    from copier import run_copy

    if job["recorded"] is not None:
        destination = Path(job["destination"])
        destination.mkdir(parents=True)
        (destination / ".copier-answers.yml").write_text(
            yaml.safe_dump(job["recorded"], sort_keys=False), encoding="utf-8"
        )
    run_copy(
        job["source"],
        job["destination"],
        data=job["data"],
        user_defaults=job["fallback"],
        vcs_ref=job["version"],
        defaults=True,
        overwrite=True,
        quiet=True,
    )


def _problem(error: BaseException) -> dict[str, str]:
    """Convert an error of Copier to a kind and a message of one line."""
    from copier.errors import CopierError, ForbiddenPathError, UnsafeTemplateError
    from jinja2 import TemplateError
    from jinja2.exceptions import SecurityError
    from plumbum import ProcessExecutionError

    if _is_full(error):
        return {"kind": "disk", "message": "no space is left for temporary files"}
    if isinstance(error, ProcessExecutionError):
        stderr = (error.stderr or "").strip().splitlines()
        return {"kind": "git", "message": stderr[-1] if stderr else "git failed"}
    if isinstance(error, UnicodeEncodeError):
        around = error.object[max(0, error.start - 20) : error.end + 20]
        return {"kind": "text", "message": f"{around!a} is not valid Unicode: it has a lone surrogate"}
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if isinstance(error, UnsafeTemplateError | GuardError | ForbiddenPathError | SecurityError):
        return {"kind": "unsafe", "message": first}
    if isinstance(error, MemoryError | RecursionError):
        return {"kind": "limit", "message": "it exceeds the memory limit of a template"}
    if isinstance(error, TemplateError):
        place = f"{getattr(error, 'name', None) or 'a file name'}:{getattr(error, 'lineno', None) or 1}"
        return {"kind": "template", "message": f"{place}: {first}"}
    if isinstance(error, ImportError):
        return {"kind": "internal", "message": first}
    if isinstance(error, ValueError) and not isinstance(error, CopierError):
        return {"kind": "answer", "message": first}
    return {"kind": "template", "message": first}


def _is_full(error: BaseException | None) -> bool:
    """Return whether the error, or one of its causes, is that the disk is full."""
    while error is not None:
        number = getattr(error, "errno", None)
        if number in (errno.ENOSPC, errno.EDQUOT) or any(words in str(error) for words in _FULL):
            return True
        error = error.__cause__ or error.__context__
    return False


def _answer(jobs: list[dict[str, Any]], guard: Guard, checkouts: Checkouts) -> dict[str, Any]:
    """Render the jobs of a request; stop at the first that fails."""
    for index, job in enumerate(jobs):
        checkouts.know(job["url"], job["version"], job["repository"], job["commit"])
        guard.begin()
        try:
            _render(job)
        except (Exception, GuardError) as error:
            problem = _problem(error)
            if problem["kind"] in _TRACED:
                problem["trace"] = "".join(traceback.format_exception(error))
            return {"ok": False, "job": index, **problem}
    return {"ok": True}


def main() -> int:
    """Respond to requests until standard input ends."""
    # An interrupt ends the process at once: the result is no longer needed.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.disable()
    # Importing Copier takes longest, so it is done before the first request arrives.
    checkouts = Checkouts()
    if are_tested():
        apply_patches(checkouts)
    else:
        import copier  # noqa: F401
    guard = Guard(Path(sys.argv[1]), int(sys.argv[2]))
    for number, line in enumerate(sys.stdin.buffer, 1):
        answer = _answer(json.loads(line), guard, checkouts)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
        if number % _COLLECTED == 0:
            gc.collect()
    return 0


if __name__ == "__main__":
    sys.exit(main())
