"""Which of the application's needs apply to what actually runs."""

from __future__ import annotations

from dataclasses import replace

from dazzle_infra.project.manifest import Manifest
from dazzle_infra.requirements.model import Inferred, Need

__all__ = ["applicable", "reason_not_provided"]


def applicable(manifest: Manifest, inferred: Inferred) -> Inferred:
    """Return the requirements and variables that the running application can use.

    A site that is built and served as static files reads no database and no variable: none of them applies.
    """
    if not manifest.runtime.record.serves_static_files:
        return inferred
    none = tuple(replace(requirement, needed=False, detail={}) for requirement in inferred)
    return Inferred(none, environment=())


def reason_not_provided(need: Need, manifest: Manifest) -> str | None:
    """Return why no backend provides a need of this application; None if backends can provide it."""
    if manifest.runtime.record.serves_static_files:
        return "the image serves static files, which cannot use it"
    if need == "worker" and not manifest.has_worker_command:
        return "no command is known to run it; set `[infra] worker_command`"
    if need == "scheduler" and not manifest.infra.scheduler_command:
        if manifest.work.scheduler:
            command = "set `[infra] scheduler_command` to a command that ends"
            return f"only Compose runs the scheduler of the task queue; {command}"
        if manifest.runtime.record.works_in_process:
            return "without `[infra] scheduler_command` the worker runs the schedules itself"
        return "nothing starts the schedules; set `[infra] scheduler_command`"
    return None
