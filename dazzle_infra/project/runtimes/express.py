"""Express, or another server of Node, started by Node or by a script of package.json."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Final

from dazzle_infra.project.packages.declared import Declared
from dazzle_infra.project.runtimes.details import OptionalVariable
from dazzle_infra.project.runtimes.languages import NODE
from dazzle_infra.project.runtimes.record import Command, Commands, RuntimeRecord

__all__ = ["RUNTIME"]

_FILES: Final = ("server.js", "index.js", "app.js", "src/server.js", "src/index.js", "src/app.js")
_SUFFIXES: Final = (".js", ".mjs", ".cjs")


def _commands(project: Path, declared: Declared, port: int) -> Commands:
    serve = _words(declared.script("start")) or _main(project, declared)
    build: Command = ("npm", "run", "build") if declared.script("build") else ()
    # What is built has to be built anew; what runs as it is written, Node itself starts again.
    watches = serve[0] == "node" and not build
    return Commands(
        serve=serve,
        develop=("node", "--watch", *serve[1:]) if watches else (),
        build=build,
        problem="" if build else _problem(project, serve),
    )


def _problem(project: Path, serve: Command) -> str:
    """Say that the file that Node is started with does not exist."""
    file = next((word for word in serve[1:] if not word.startswith("-")), "")
    is_plain = serve[0] == "node" and len([word for word in serve[1:] if not word.startswith("--")]) == 1
    path = project / file
    # Node adds the suffix, and takes index.js of a folder.
    exists = any(one.is_file() for one in (path, path.with_name(f"{path.name}.js"), path / "index.js"))
    return f"the command starts {file}, which does not exist" if is_plain and not exists else ""


def _words(script: str) -> Command:
    """Return a script that only starts Node with a file, as the words of a command."""
    try:
        words = tuple(shlex.split(script))
    except ValueError:
        return ()
    is_plain = words[:1] == ("node",) and len(words) > 1 and not re.search(r"[&|;<>$`*?]", script)
    return tuple(word for word in words if word != "--watch") if is_plain else ()


def _main(project: Path, declared: Declared) -> Command:
    if declared.script("start"):
        return ("npm", "start")
    main = declared.package.get("main")
    if isinstance(main, str) and main.endswith(_SUFFIXES) and (project / main).is_file():
        return ("node", main)
    return ("node", next((name for name in _FILES if (project / name).is_file()), "server.js"))


RUNTIME = RuntimeRecord(
    name="express",
    title="Express",
    language=NODE,
    package="express",
    commands=_commands,
    paths=NODE.paths,
    placeholder="server.js",
    optional_variables=(
        OptionalVariable(
            "NODE_ENV",
            "development",
            "`production` by default: the image does not contain development packages.",
        ),
    ),
)
