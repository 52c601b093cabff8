"""Next.js, built and then served by its own Node server."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from dazzle_infra.project.packages.declared import Declared
from dazzle_infra.project.runtimes.details import OptionalVariable
from dazzle_infra.project.runtimes.languages import NODE
from dazzle_infra.project.runtimes.record import Command, Commands, RuntimeRecord

__all__ = ["RUNTIME"]

_NEXT_START: Final = re.compile(r"\s*(?:NODE_ENV=production\s+)?(?:npx\s+)?next\s+start\b[\w\s=.:-]*")


def _commands(project: Path, declared: Declared, port: int) -> Commands:
    # nextjs.org/docs/app/api-reference/cli/next: `next start` serves what `next build` has made.
    serve: Command = ("npx", "next", "start", "--hostname", "0.0.0.0", "--port", str(port))  # noqa: S104 - in a container
    start = declared.script("start")
    if start and not _NEXT_START.fullmatch(start):
        # A server of the project's own, or preparations; it reads the port from PORT.
        serve = ("npm", "start")
    return Commands(serve=serve, build=("npm", "run", "build"))


RUNTIME = RuntimeRecord(
    name="next",
    title="Next.js",
    known_as="express",
    language=NODE,
    package="next",
    script="build",
    commands=_commands,
    paths=(
        *NODE.paths,
        *("actions", "content", "contexts", "features", "hooks", "i18n", "locales", "messages", "pages", "prisma"),
        *("store", "styles", "types"),
    ),
    placeholder="app",
    optional_variables=(
        OptionalVariable("NEXT_TELEMETRY_DISABLED", "1", "Next.js then sends no data about its use to its makers."),
    ),
)
