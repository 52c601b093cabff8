"""React, built into static files that Caddy serves."""

from __future__ import annotations

from pathlib import Path

from dazzle_infra.project.packages.declared import Declared
from dazzle_infra.project.runtimes.languages import NODE
from dazzle_infra.project.runtimes.record import Command, Commands, RuntimeRecord

__all__ = ["RUNTIME"]


def _commands(project: Path, declared: Declared, port: int) -> Commands:
    packages = declared.node.keys() | declared.node_tools
    develop: Command = ("npm", "run", "dev" if declared.script("dev") else "start")
    if "vite" in packages:
        develop = ("npx", "vite", "--host", "0.0.0.0", "--port", "5173", "--strictPort")  # noqa: S104 - in a container
    return Commands(
        serve=("caddy", "run", "--config", "/etc/caddy/Caddyfile"),
        develop=develop,
        build=("npm", "run", "build"),
        # nextjs.org/docs, "Static Exports": with `output: "export"`, `next build` fills `out`.
        output="build" if "react-scripts" in packages else "out" if "next" in packages else "dist",
    )


RUNTIME = RuntimeRecord(
    name="react",
    title="React",
    language=NODE,
    package="react",
    # Without a script that builds it, React is no application of its own but a part of another's pages.
    script="build",
    commands=_commands,
    paths=NODE.paths,
    placeholder="src",
    serves_static_files=True,
)
