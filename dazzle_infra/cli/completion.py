"""Completion in the shell: what an argument may be. A callback is fast and never raises; it prints nothing either."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import wraps
from pathlib import Path

import typer

__all__ = [
    "complete_backends",
    "complete_dropped",
    "complete_environments",
    "complete_needs",
    "complete_templates",
]

Complete = Callable[[typer.Context, str], list[str]]


def _quietly(known: Callable[[typer.Context], Iterable[str]]) -> Complete:
    """Return a callback that offers what is known, is not named yet and begins with the word; nothing on an error."""

    @wraps(known)
    def complete(context: typer.Context, incomplete: str) -> list[str]:
        with suppress(Exception):
            named = {word for value in context.params.values() if isinstance(value, list | tuple) for word in value}
            return [name for name in known(context) if name.startswith(incomplete) and name not in named]
        return []

    # Typer looks at the parameters; those of the wrapped function are not the callback's.
    del complete.__dict__["__wrapped__"]
    complete.__annotations__ = {"context": typer.Context, "incomplete": str, "return": list[str]}
    return complete


@_quietly
def complete_backends(context: typer.Context) -> Iterable[str]:
    """Return the backends; with `--all` the argument is a folder, which the shell completes."""
    from dazzle_infra.backends.names import known_backends
    from dazzle_infra.cli.custom import custom_backends

    return () if context.params.get("every") else {**known_backends(), **custom_backends(_folder(context))}


@_quietly
def complete_templates(context: typer.Context) -> Iterable[str]:
    """Return the templates of the backends."""
    from dazzle_infra.backends.names import known_backends

    return known_backends()


@_quietly
def complete_needs(context: typer.Context) -> Iterable[str]:
    """Return the needs."""
    from dazzle_infra.requirements.needs import NEED_NAMES

    return NEED_NAMES


@_quietly
def complete_environments(context: typer.Context) -> Iterable[str]:
    """Return the environments of dazzle.toml that have a folder."""
    folders, stated = _environments(context)
    return [name for name in folders if name in stated]


@_quietly
def complete_dropped(context: typer.Context) -> Iterable[str]:
    """Return the environments that have a folder and are not in dazzle.toml any more."""
    folders, stated = _environments(context)
    return [name for name in folders if name not in stated]


def _environments(context: typer.Context) -> tuple[list[str], list[str]]:
    """Return the names of the folders of environments, and the environments of dazzle.toml."""
    import tomli

    from dazzle_infra.backends.names import known_backends
    from dazzle_infra.project.manifest.document import FILE_NAME
    from dazzle_infra.project.manifest.finding import find_project

    folder = _folder(context).resolve()
    project = find_project(folder) if folder.is_dir() else None
    if project is None:
        return [], []
    with (project / FILE_NAME).open("rb") as stream:
        infra = tomli.load(stream).get("infra", {})
    folders, stated = [], []
    for name in known_backends():
        table = infra.get(name, {})
        output = table.get("root_module", table.get("output", f"infra/{name}"))
        folders += [path.name for path in project.joinpath(output, "envs").glob("*") if path.is_dir()]
        stated += table.get("environments", ())
    return sorted(folders), stated


def _folder(context: typer.Context) -> Path:
    """Return the folder that the command line names; the working directory by default."""
    named = [Path(one.params.get("project") or "") for one in (context, context.parent) if one is not None]
    return next((one for one in named if one != Path()), Path())
