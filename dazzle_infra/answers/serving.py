"""How an application of each runtime is started, here and in development, and how its database is migrated.

Dazzle's own commands are the templates'; those of the other frameworks follow from the project's files.
"""

from __future__ import annotations

import ast
import re
import shlex
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dazzle_infra.answers.declared import Declared, text_of
from dazzle_infra.answers.runtimes import RuntimeName

__all__ = ["Serving", "serving_of"]

Command = tuple[str, ...]

# Versions that are known to start what they are given; the project's own dependency wins over them.
_GUNICORN: Final = "gunicorn==27.0.1"
_UVICORN: Final = "uvicorn==0.54.0"
_SETTINGS: Final = re.compile(r"""["']DJANGO_SETTINGS_MODULE["']\s*,\s*["']([A-Za-z_][\w.]*)["']""")
_FASTAPI_MODULES: Final = (
    *("main", "app", "api", "server", "asgi"),
    *("app.main", "app.app", "app.api", "app.server", "app", "api.main", "backend.main", "server.main"),
)
_NODE_FILES: Final = ("server.js", "index.js", "app.js", "src/server.js", "src/index.js", "src/app.js")
_NODE_SUFFIXES: Final = (".js", ".mjs", ".cjs")


@dataclass(frozen=True)
class Serving:
    """Commands in exec form; empty ones are the template's own, or there is none.

    Attributes:
        start: Serves the application.
        develop: Serves it in development, and takes changes of its files up by itself.
        migrate: Brings the database to the application.
        build: Makes what is served out of the sources.
        output: The folder that the build fills, where it is served as it is.
        packages: What has to be installed for that besides the project's own packages.
    """

    start: Command = ()
    develop: Command = ()
    migrate: Command = ()
    build: Command = ()
    output: str = "dist"
    packages: tuple[str, ...] = ()


def serving_of(runtime: RuntimeName, project: Path, declared: Declared, port: int) -> Serving:
    """Return how the application is served.

    Args:
        runtime: What runs it.
        project: The project's root.
        declared: What its files declare.
        port: The port that `web` listens on.
    """
    return _SERVINGS[runtime](project, declared, str(port)) if runtime in _SERVINGS else Serving()


def _django(project: Path, declared: Declared, port: str) -> Serving:
    settings = _SETTINGS.search(text_of(project / "manage.py"))
    package = settings[1].split(".")[0] if settings else "config"
    return Serving(
        start=("gunicorn", f"{package}.wsgi:application", "--bind", f"0.0.0.0:{port}"),
        develop=("python", "manage.py", "runserver", f"0.0.0.0:{port}"),
        migrate=("python", "manage.py", "migrate", "--noinput"),
        packages=_missing(declared, django="django==5.2.19", gunicorn=_GUNICORN),
    )


def _fastapi(project: Path, declared: Declared, port: str) -> Serving:
    start = ("uvicorn", *_fastapi_target(project), "--host", "0.0.0.0", "--port", port)  # noqa: S104 - in a container
    has_uvicorn = declared.python.keys() & {"fastapi[standard]", "fastapi[all]"}
    return Serving(
        start=(*start, "--proxy-headers"),
        develop=(*start, "--reload"),
        migrate=("alembic", "upgrade", "head") if (project / "alembic.ini").is_file() else (),
        packages=_missing(declared, fastapi="fastapi==0.165.0", **({} if has_uvicorn else {"uvicorn": _UVICORN})),
    )


def _fastapi_target(project: Path) -> Command:
    """Return what uvicorn is to serve: the first `NAME = FastAPI(...)` of the modules that are customary."""
    for folder in ("", "src"):
        for module in _FASTAPI_MODULES:
            stem = project / folder / module.replace(".", "/")
            for path in (stem.with_name(f"{stem.name}.py"), stem / "__init__.py"):
                name = _instance(text_of(path), "FastAPI")
                if name is not None:
                    return (f"{module}:{name}", *(("--app-dir", folder) if folder else ()))
    return ("main:app",)


def _instance(source: str, kind: str) -> str | None:
    """Return the module's variable that is an instance of a class of that name."""
    try:
        statements = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    for statement in statements:
        if not isinstance(statement, ast.Assign | ast.AnnAssign) or not isinstance(statement.value, ast.Call):
            continue
        called = statement.value.func
        target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
        called_name = called.id if isinstance(called, ast.Name) else getattr(called, "attr", None)
        if called_name == kind and isinstance(target, ast.Name):
            return target.id
    return None


def _express(project: Path, declared: Declared, port: str) -> Serving:
    start = _node_words(declared.script("start")) or _node_main(project, declared)
    build: Command = ("npm", "run", "build") if declared.script("build") else ()
    # What is built has to be built anew; what runs as it is written, Node itself starts again.
    watches = start[0] == "node" and not build
    develop = ("node", "--watch", *start[1:]) if watches else ()
    return Serving(start=start, develop=develop, build=build)


def _node_words(script: str) -> Command:
    """Return a script that only starts Node with a file, as the words of a command."""
    try:
        words = tuple(shlex.split(script))
    except ValueError:
        return ()
    is_plain = words[:1] == ("node",) and len(words) > 1 and not re.search(r"[&|;<>$`*?]", script)
    return tuple(word for word in words if word != "--watch") if is_plain else ()


def _node_main(project: Path, declared: Declared) -> Command:
    if declared.script("start"):
        return ("npm", "start")
    main = declared.package.get("main")
    if isinstance(main, str) and main.endswith(_NODE_SUFFIXES) and (project / main).is_file():
        return ("node", main)
    return ("node", next((name for name in _NODE_FILES if (project / name).is_file()), "server.js"))


def _react(project: Path, declared: Declared, port: str) -> Serving:
    scripts = declared.node.keys() | declared.node_tools
    develop: Command = ("npm", "run", "dev" if declared.script("dev") else "start")
    if "vite" in scripts:
        develop = ("npx", "vite", "--host", "0.0.0.0", "--port", "5173", "--strictPort")  # noqa: S104 - in a container
    return Serving(
        start=("caddy", "run", "--config", "/etc/caddy/Caddyfile"),
        develop=develop,
        build=("npm", "run", "build"),
        output="build" if "react-scripts" in scripts else "dist",
    )


_SERVINGS: Final[Mapping[str, Callable[[Path, Declared, str], Serving]]] = {
    "django": _django,
    "fastapi": _fastapi,
    "express": _express,
    "react": _react,
}


def _missing(declared: Declared, **packages: str) -> tuple[str, ...]:
    return tuple(requirement for name, requirement in packages.items() if name not in declared.python)
