"""What a person should know of the command that serves the application."""

from __future__ import annotations

from dazzle_infra.backends.application import Application

__all__ = ["command_remarks"]


def command_remarks(application: Application) -> list[str]:
    """Return a sentence if the command of `web` was derived from the project's files and cannot work yet."""
    problem, infra = application.files.commands.problem, application.manifest.infra
    web = infra.entry_points.get("web")
    if not problem or infra.dockerfile or infra.commands.serve or (web and web.command):
        return []
    return [f"{problem}: add the file, or set command in [infra.entry_points.web]"]
