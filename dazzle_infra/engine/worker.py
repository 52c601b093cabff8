"""A process that renders with Copier and does nothing else: `python -P -m dazzle_infra.engine.worker`.

Copier changes the process's working directory, and runs git with the environment that was there when it was imported.
Here both are its own. It reads jobs as JSON from standard input, and answers with JSON.
"""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path
from typing import Any

__all__ = ["main"]


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


def _problem(error: Exception) -> dict[str, str]:
    """Put Copier's many ways to fail into a kind and one line."""
    from copier.errors import CopierError
    from jinja2 import TemplateError
    from plumbum import ProcessExecutionError

    if isinstance(error, ProcessExecutionError):
        stderr = (error.stderr or "").strip().splitlines()
        return {"kind": "git", "message": stderr[-1] if stderr else "git failed"}
    first = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if type(error).__name__ == "UnsafeTemplateError":
        return {"kind": "unsafe", "message": first}
    if isinstance(error, TemplateError):
        place = f"{getattr(error, 'name', None) or 'a file name'}:{getattr(error, 'lineno', None) or 1}"
        return {"kind": "template", "message": f"{place}: {first}"}
    if isinstance(error, ValueError) and not isinstance(error, CopierError):
        return {"kind": "answer", "message": first}
    return {"kind": "template", "message": first}


def main() -> int:
    """Render every job of the request; stop at the first that fails."""
    gc.disable()
    # Importing Copier is the long part; it is done while the request is still being made.
    from copier import _main

    # For every file that it writes, Copier asks git how the destination's repository treats permissions. Ours is in no
    # repository, and the asking takes a quarter of the time.
    if hasattr(_main, "is_git_available"):
        _main.is_git_available = lambda: False
    jobs = json.load(sys.stdin)
    for index, job in enumerate(jobs):
        try:
            _render(job)
        except Exception as error:
            json.dump({"ok": False, "job": index, **_problem(error)}, sys.stdout)
            return 1
    json.dump({"ok": True}, sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
