"""FastAPI, served by Uvicorn."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from dazzle_infra.project.packages.declared import Declared, missing_packages, text_of
from dazzle_infra.project.runtimes.details import OptionalVariable, Page
from dazzle_infra.project.runtimes.languages import PYTHON
from dazzle_infra.project.runtimes.record import Command, Commands, RuntimeRecord
from dazzle_infra.project.runtimes.servers import KEEP_ALIVE_SECONDS
from dazzle_infra.project.task_queues.sources import Module, Sources

__all__ = ["RUNTIME"]

# Versions that are known to start the application; the project's own dependency wins over them.
_FASTAPI: Final = "fastapi==0.165.0"
_UVICORN: Final = "uvicorn==0.54.0"
_DEFAULT: Final = "main:app"
_MODULES: Final = (
    *("main", "app", "api", "server", "asgi"),
    *("app.main", "app.app", "app.api", "app.server", "app", "api.main", "backend.main", "server.main"),
)


def _commands(project: Path, declared: Declared, port: int) -> Commands:
    target = _target(project)
    start = ("uvicorn", *(target or (_DEFAULT,)), "--host", "0.0.0.0", "--port", str(port))  # noqa: S104 - in a container
    has_uvicorn = declared.python.keys() & {"fastapi[standard]", "fastapi[all]"}
    return Commands(
        serve=(*start, "--proxy-headers", "--timeout-keep-alive", str(KEEP_ALIVE_SECONDS)),
        develop=(*start, "--reload"),
        migrate=("alembic", "upgrade", "head") if (project / "alembic.ini").is_file() else (),
        packages=missing_packages(declared, _FASTAPI, *(() if has_uvicorn else (_UVICORN,))),
        problem="" if target else f"no FastAPI() application was found, and the command serves {_DEFAULT}",
    )


def _target(project: Path) -> Command:
    """Return what uvicorn is to serve: the first `NAME = FastAPI(...)`, in the modules that are customary first."""
    for folder in ("", "src"):
        for module in _MODULES:
            stem = project / folder / module.replace(".", "/")
            for path in (stem.with_name(f"{stem.name}.py"), stem / "__init__.py"):
                name = Module(module, text_of(path), folder).instance("FastAPI")
                if name is not None:
                    return (f"{module}:{name}", *(("--app-dir", folder) if folder else ()))
    found = Sources(project).first("FastAPI", lambda one: one.instance("FastAPI"))
    if found is None:
        return ()
    return (f"{found.name}:{found.instance('FastAPI')}", *(("--app-dir", found.folder) if found.folder else ()))


RUNTIME = RuntimeRecord(
    name="fastapi",
    title="FastAPI",
    language=PYTHON,
    package="fastapi",
    commands=_commands,
    paths=PYTHON.paths,
    placeholder="main.py",
    imports=("fastapi", "uvicorn"),
    optional_variables=(
        OptionalVariable(
            "UVICORN_LOG_LEVEL",
            "info",
            "Log level of Uvicorn: critical, error, warning, info, debug or trace.",
            program="uvicorn",
        ),
    ),
    pages=(Page("Application", "/"), Page("API documentation", "/docs")),
)
