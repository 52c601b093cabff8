"""The import hook that puts `infra` on Dazzle's command line.

Dazzle has no entry point for commands of other packages. `_dazzle_infra_mount`, which runs at each start of Python,
asks this module for the specs of `dazzle` and `dazzle.cli`. Once the real `dazzle.cli` is imported, its Typer
application has a command `infra`. Where the process is the script `dazzle` and its command is `infra`, Dazzle, which
takes seconds to import, is replaced by a module that runs `infra`.

The module uses the standard library alone: it runs in Dazzle's process, before anything else is imported.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

__all__ = ["find_spec", "infra_arguments"]

_is_dispatched = False
"""Whether `infra` runs already: from then on, `dazzle` is the real one, which may read the model."""


def find_spec(
    name: str, path: Sequence[str] | None, target: ModuleType | None, others: Sequence[Any]
) -> ModuleSpec | None:
    """Return the spec of `dazzle` or `dazzle.cli`, or None where the other finders have the right one.

    A spec may be asked for without an import, so that looking changes nothing.

    Args:
        name: `dazzle` or `dazzle.cli`.
        path: The search path of the parent package.
        target: What is reloaded, if that is the reason.
        others: The other meta-path finders.
    """
    if _is_dispatched:
        return None
    if name == "dazzle":
        run = _early_command()
        loader: Any = _StandIn(run) if run is not None else None
        return ModuleSpec(name, loader, is_package=True) if loader is not None else None
    found = (other.find_spec(name, path, target) for other in others)
    spec = next((one for one in found if one is not None), None)
    if spec is not None and spec.loader is not None:
        _mount_after_execution(spec.loader)
    return spec


def infra_arguments(arguments: Sequence[str]) -> list[str] | None:
    """Return what follows `infra`, if that is the command; Dazzle's option `--env` may precede it."""
    rest = list(arguments)
    while rest and (rest[0] == "--env" or rest[0].startswith("--env=")):
        del rest[: 2 if rest[0] == "--env" else 1]
    return rest[1:] if rest[:1] == ["infra"] else None


def _early_command() -> Callable[[], int] | None:
    """Return what to run in place of Dazzle, if this process is the script `dazzle` and its command is `infra`."""
    if not _is_dazzle_script():
        return None
    completed = _completed_words()
    if completed is not None:
        return None if infra_arguments(completed) is None else _complete
    arguments = infra_arguments(sys.argv[1:])
    return None if arguments is None else lambda: _run(arguments)


def _is_dazzle_script() -> bool:
    script = sys.argv[0]
    # A child of multiprocessing has its parent's sys.argv, but was not started with it.
    if os.path.basename(script) != "dazzle" or script not in sys.orig_argv:  # noqa: PTH119 - pathlib is slow to import
        return False
    folder = os.path.dirname(os.path.realpath(script))  # noqa: PTH120
    return folder == os.path.realpath(os.path.join(sys.prefix, "bin"))  # noqa: PTH118


def _completed_words() -> list[str] | None:
    """Return the words before the one that a shell completes, without the program; None where no shell asks."""
    shell = os.environ.get("_DAZZLE_COMPLETE", "")
    if not shell.startswith("complete_"):
        return None
    if shell == "complete_bash":
        return os.environ["COMP_WORDS"].split()[1 : int(os.environ["COMP_CWORD"])]
    line = os.environ["_TYPER_COMPLETE_ARGS"]
    return line.split()[1 : None if line[-1:].isspace() else -1]


def _run(arguments: list[str]) -> int:
    from dazzle_infra.cli import start

    return start(arguments, prog="dazzle infra")


def _complete() -> int:
    from dazzle_infra.mount.standalone import run_alone

    return run_alone(sys.argv[1:])


class _StandIn:
    """Loader of a package `dazzle` that holds `cli.main` and nothing else: what the script `dazzle` calls."""

    def __init__(self, run: Callable[[], int]) -> None:
        self._run = run

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return None

    def exec_module(self, module: ModuleType) -> None:
        vars(module)["cli"] = cli = sys.modules["dazzle.cli"] = ModuleType("dazzle.cli")
        vars(cli)["main"] = self._main

    def _main(self) -> int:
        global _is_dispatched
        _is_dispatched = True
        del sys.modules["dazzle.cli"], sys.modules["dazzle"]
        return self._run()


def _mount_after_execution(loader: Any) -> None:
    execute = loader.exec_module

    def exec_module(module: ModuleType) -> None:
        execute(module)
        with suppress(Exception):  # Dazzle's commands must work; `dazzle-infra` remains
            from dazzle_infra.mount.command import mount

            mount(vars(module)["app"])

    loader.exec_module = exec_module
