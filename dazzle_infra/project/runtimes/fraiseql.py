"""FraiseQL: GraphQL over PostgreSQL, a FastAPI application."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from dazzle_infra.project.packages.declared import Declared
from dazzle_infra.project.runtimes.details import Page
from dazzle_infra.project.runtimes.languages import PYTHON
from dazzle_infra.project.runtimes.record import Command, Commands, RuntimeRecord
from dazzle_infra.project.runtimes.servers import KEEP_ALIVE_SECONDS
from dazzle_infra.project.task_queues.sources import Sources

__all__ = ["RUNTIME"]

_MAKERS: Final = ("create_fraiseql_app", "create_production_app", "FastAPI")
"""What makes the application (fraiseql 0.5, `fraiseql.fastapi`)."""


def _commands(project: Path, declared: Declared, port: int) -> Commands:
    address: Command = ("--host", "0.0.0.0", "--port", str(port))  # noqa: S104 - in a container
    module = Sources(project).first("fraiseql", lambda module: module.instance(*_MAKERS))
    migrate: Command = ("alembic", "upgrade", "head") if (project / "alembic.ini").is_file() else ()
    if module is None:
        return Commands(serve=("fraiseql", "run", *address), migrate=migrate)
    # FraiseQL depends on Uvicorn. Its own command for development needs files that the image does not contain.
    target = (f"{module.name}:{module.instance(*_MAKERS)}", *(("--app-dir", module.folder) if module.folder else ()))
    start = ("uvicorn", *target, *address)
    serve = (*start, "--proxy-headers", "--timeout-keep-alive", str(KEEP_ALIVE_SECONDS))
    return Commands(serve=serve, develop=(*start, "--reload"), migrate=migrate)


RUNTIME = RuntimeRecord(
    name="fraiseql",
    title="FraiseQL",
    known_as="fastapi",
    language=PYTHON,
    package="fraiseql",
    commands=_commands,
    paths=PYTHON.paths,
    placeholder="main.py",
    imports=("fraiseql",),
    pages=(Page("GraphQL", "/graphql"),),
)
