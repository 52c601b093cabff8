"""How a Python project is installed and checked on a runner."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from dazzle_infra.backends.application import Application
from dazzle_infra.backends.ci.python_tools import Source, tools_of
from dazzle_infra.backends.ci.records import Check
from dazzle_infra.project.packages.declared import Declared, table_at
from dazzle_infra.project.stated_versions import DEFAULT_DAZZLE

__all__ = ["python_checks"]

_UV: Final = 'python -m pip install "uv==0.13.8"'
_POETRY: Final = 'python -m pip install "poetry==2.5.1"'
"""The versions with which the Docker template installs, so that both read a lock alike."""

_RUN: Final = {"uv": "uv run --no-sync ", "poetry": "poetry run "}
"""What starts a program of the environment that the package manager makes."""


def python_checks(
    application: Application, declared: Declared, *, has_tests: bool
) -> tuple[tuple[str, ...], tuple[Check, ...]]:
    """Return the commands that install a Python project, and its checks.

    Args:
        application: The application.
        declared: What its files declare.
        has_tests: Whether there are files of tests: without one, pytest fails.
    """
    kind, tools = application.files.dependencies, tools_of(application.project, declared)
    needs_dazzle = application.manifest.runtime.record.reads_model and not declared.has_dazzle
    # uv and Poetry install what the lock has; another package is not added to their environment.
    has_dazzle = declared.has_dazzle or (needs_dazzle and kind not in _RUN)
    checks = tuple(_checks(application, tools, _RUN.get(kind, ""), has_tests=has_tests, has_dazzle=has_dazzle))
    chosen = {tools[tool] for tool in _tools(checks) if tool in tools}
    install = tuple(_install(application.project, kind, chosen, declared))
    if needs_dazzle and has_dazzle:
        version = application.manifest.dazzle_version or DEFAULT_DAZZLE
        install += (f'python -m pip install "dazzle-dsl=={version}"',)
    return install, checks


def _checks(
    application: Application, tools: Mapping[str, Source], run: str, *, has_tests: bool, has_dazzle: bool
) -> Iterator[Check]:
    if "ruff" in tools:
        yield Check(name="lint", command=f"{run}ruff check")
    if has_dazzle:
        yield Check(name="validate", command=f"{run}dazzle validate")
    if "pytest" in tools and has_tests:
        # `python -m` puts the project's folder on the path, as the image does.
        yield Check(name="test", command=f"{run}python -m pytest")
    elif (command := application.manifest.runtime.record.test_command) and has_tests:
        yield Check(name="test", command=f"{run}{shlex.join(command)}")


def _tools(checks: tuple[Check, ...]) -> Iterator[str]:
    for check in checks:
        yield from (tool for tool in ("ruff", "pytest") if tool in check.command.split())


def _install(project: Path, kind: str, chosen: set[Source], declared: Declared) -> Iterator[str]:
    extras = sorted(one.name for one in chosen if one.kind == "extra")
    groups = sorted(one.name for one in chosen if one.kind == "group")
    files = sorted(one.name for one in chosen if one.kind == "file")
    if kind == "uv":
        yield _UV
        more = [*_options("--group", _not_default(groups, declared)), *_options("--extra", extras)]
        yield " ".join(["uv sync --locked", *more])
    elif kind == "poetry":
        yield _POETRY
        named = sorted({*groups, *(one.name for one in chosen if one.kind == "with")})
        root = [] if _is_package(project, declared) else ["--no-root"]
        yield " ".join(
            ["poetry install --no-interaction", *root, *_options("--with", named), *_options("--extras", extras)]
        )
    elif kind == "requirements":
        yield "python -m pip install --requirement requirements.txt"
        yield from _beside(extras, groups)
    elif kind == "pyproject":
        yield _UV
        yield _of_pyproject(declared, extras, groups)
    else:
        yield from _beside(extras, groups)
    pip = {"uv": "uv pip install", "poetry": "poetry run python -m pip install"}.get(kind, "python -m pip install")
    # Each in a command of its own: pip refuses files with and without hashes in one.
    yield from (f"{pip} --requirement {shlex.quote(file)}" for file in files)


def _of_pyproject(declared: Declared, extras: list[str], groups: list[str]) -> str:
    """Return what installs the project where its files state how it is built, else its dependencies."""
    if "build-system" not in declared.pyproject:
        own = ["--requirements pyproject.toml", *_options("--extra", extras)]
    else:
        named = f".[{','.join(extras)}]" if extras else "."
        own = [f"--editable {shlex.quote(named)}"]
    return " ".join(["uv pip install --system", *own, *_options("--group", groups)])


def _beside(extras: list[str], groups: list[str]) -> Iterator[str]:
    """Yield what installs the tools of pyproject.toml where another file has the packages."""
    if extras or groups:
        more = [*_options("--extra", extras), *_options("--group", groups)]
        yield _UV
        yield " ".join(["uv pip install --system", *(["--requirements pyproject.toml"] if extras else []), *more])


def _options(option: str, names: list[str]) -> list[str]:
    return [f"{option} {shlex.quote(name)}" for name in names]


def _not_default(groups: list[str], declared: Declared) -> list[str]:
    """Return the groups that `uv sync` leaves out unless they are named."""
    defaults = table_at(declared.pyproject, "tool", "uv").get("default-groups", ["dev"])
    if isinstance(defaults, list):
        return [name for name in groups if name not in defaults]
    return [] if defaults == "all" else groups


def _is_package(project: Path, declared: Declared) -> bool:
    """Say whether Poetry can install the project itself: it fails where it finds no package of that name."""
    poetry = table_at(declared.pyproject, "tool", "poetry")
    if poetry.get("package-mode") is False:
        return False
    if poetry.get("packages"):
        return True
    name = str(poetry.get("name") or table_at(declared.pyproject, "project").get("name") or "")
    module = name.lower().replace("-", "_").replace(".", "_")
    places = (project / module, project / "src" / module, project / f"{module}.py")
    return bool(module) and any(place.exists() for place in places)
