"""A process that renders with Copier and does nothing else: `python -P -m dazzle_infra.renderer.worker FOLDER`.

Copier changes the process's working directory, and runs git with the environment that was there when it was imported.
Here both are its own. Each line of standard input is a request, a list of jobs as JSON; each is answered by a line of
JSON, until the input ends. Nothing outside FOLDER is written.
"""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path
from typing import Any

from dazzle_infra.renderer.checkout import Checkouts
from dazzle_infra.renderer.guard import Guard, GuardError
from dazzle_infra.renderer.quicken import quicken

__all__ = ["main"]

_COLLECTED = 20
"""Requests after which memory is tidied up; to do it each time costs a fifth of the time."""


def _render(job: dict[str, Any]) -> None:
    """Render one job: `source` at `version` into the empty folder `destination`.

    `data` are answers that have to be accepted. `recorded` are answers of another version: Copier reads them from an
    answers file, as it does when a person updates, and leaves out those that this version does not accept, for which
    `fallback` stands in, and then the version's own default.
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
    """Put Copier's many ways to fail into a kind and one line."""
    from copier.errors import CopierError, ForbiddenPathError, UnsafeTemplateError
    from jinja2 import TemplateError
    from jinja2.exceptions import SecurityError
    from plumbum import ProcessExecutionError

    if isinstance(error, ProcessExecutionError):
        stderr = (error.stderr or "").strip().splitlines()
        return {"kind": "git", "message": stderr[-1] if stderr else "git failed"}
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if isinstance(error, UnsafeTemplateError | GuardError | ForbiddenPathError | SecurityError):
        return {"kind": "unsafe", "message": first}
    if isinstance(error, MemoryError | RecursionError):
        return {"kind": "limit", "message": "it takes more memory than a template may"}
    if isinstance(error, TemplateError):
        place = f"{getattr(error, 'name', None) or 'a file name'}:{getattr(error, 'lineno', None) or 1}"
        return {"kind": "template", "message": f"{place}: {first}"}
    if isinstance(error, ValueError) and not isinstance(error, CopierError):
        return {"kind": "answer", "message": first}
    return {"kind": "template", "message": first}


def _answer(jobs: list[dict[str, Any]], guard: Guard, checkouts: Checkouts) -> dict[str, Any]:
    """Render the jobs of a request; stop at the first that fails."""
    for index, job in enumerate(jobs):
        checkouts.know(job["url"], job["version"], job["repository"], job["commit"])
        guard.begin()
        try:
            _render(job)
        except (Exception, GuardError) as error:
            return {"ok": False, "job": index, **_problem(error)}
    return {"ok": True}


def main() -> int:
    """Answer requests until there are no more."""
    gc.disable()
    # Importing Copier is the long part; it is done while the request is still being made.
    checkouts = Checkouts()
    quicken(checkouts)
    guard = Guard(Path(sys.argv[1]))
    for number, line in enumerate(sys.stdin.buffer, 1):
        answer = _answer(json.loads(line), guard, checkouts)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()
        if number % _COLLECTED == 0:
            gc.collect()
    return 0


if __name__ == "__main__":
    sys.exit(main())
