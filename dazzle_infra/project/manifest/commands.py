"""`[infra.commands]` and `[infra] dockerfile`: what must hold between them and other keys."""

from __future__ import annotations

from collections.abc import Iterator

from dazzle_infra.project.manifest.backend_tables import settings_in
from dazzle_infra.project.manifest.problem import Problem
from dazzle_infra.project.manifest.tables import InfraTable
from dazzle_infra.project.runtimes.record import RuntimeRecord
from dazzle_infra.values.paths import contains
from dazzle_infra.values.placement import TOP
from dazzle_infra.values.words import quoted

__all__ = ["check_commands", "check_dockerfile"]


def check_dockerfile(infra: InfraTable) -> Iterator[Problem]:
    """Yield what does not fit to the project's own Dockerfile, and commands that are stated twice."""
    web = infra.entry_points.get("web")
    if infra.commands.serve and web and web.command:
        yield _twice("serve", "[infra.entry_points.web] command")
    if infra.commands.worker and infra.worker_command:
        yield _twice("worker", "[infra] worker_command")
    for settings in settings_in(infra).values():
        if infra.dockerfile and settings.output != TOP and contains(settings.output, infra.dockerfile):
            yield Problem(
                ("infra", "dockerfile"),
                f": {quoted(infra.dockerfile)} is in the output directory {quoted(settings.output)}",
                "move it to another folder: every file in an output directory counts as a generated file or an edit",
            )


def check_commands(infra: InfraTable, runtime: RuntimeRecord) -> Iterator[Problem]:
    """Yield the commands that the image of the runtime cannot take.

    Args:
        infra: The tables.
        runtime: What runs the application.
    """
    if infra.commands.migrate and runtime.has_image_commands and not infra.dockerfile:
        yield Problem(
            ("infra", "commands", "migrate"),
            f" has no effect: the generated image of {runtime.title} contains its own migration",
            "remove the key, or set [infra] dockerfile",
        )


def _twice(key: str, other: str) -> Problem:
    return Problem(("infra", "commands", key), f" and {other} state the same command", "remove one of them")
