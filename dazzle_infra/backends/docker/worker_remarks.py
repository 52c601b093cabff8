"""What a person should know of the worker that dazzle.toml states."""

from __future__ import annotations

from dazzle_infra.backends.application import Application

__all__ = ["worker_remarks"]


def worker_remarks(application: Application) -> list[str]:
    """Return a sentence if dazzle.toml states a worker's command, but nothing requires a worker."""
    infra = application.manifest.infra
    if not (infra.worker_command or infra.commands.worker) or application.inferred.needs("worker"):
        return []
    key = "[infra] worker_command" if infra.worker_command else "[infra.commands] worker"
    solution = 'queue = { needed = true, reason = "…" } in [infra.overrides]'
    return [f"{key} has no effect, because the model has no asynchronous work; to have a worker, state {solution}"]
