"""Background work of the application that nothing would do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from dazzle_infra.requirements.model import Need

if TYPE_CHECKING:
    from dazzle_infra.backends.application import Application
    from dazzle_infra.backends.base import Backend

__all__ = ["unserved_remarks"]

_BACKGROUND: Final[tuple[Need, ...]] = ("worker", "scheduler")


def unserved_remarks(backend: Backend, application: Application) -> list[str]:
    """Return a sentence for a worker or a scheduler that the application requires and the files do not start.

    Without it the work is left undone, and no error says so.

    Args:
        backend: The backend that makes the files.
        application: The application.
    """
    manifest = application.manifest
    if manifest.runtime.record.serves_static_files:
        return []
    remarks = []
    for need in _BACKGROUND:
        if not application.inferred.needs(need):
            continue
        served = backend.provides(need, application)
        # Such a worker also runs the schedules.
        is_in_worker = need == "scheduler" and manifest.runtime.record.works_in_process and not manifest.work.scheduler
        if served.by is None and not is_in_worker:
            remarks.append(f"the application requires a {need}, but {served.because}")
    return remarks
