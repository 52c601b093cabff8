"""The hooks of other packages: entry points of the group `dazzle_infra.hooks`, and those that tests register.

An entry point is a class below `Hook`, or an instance of one. A hook that cannot be loaded is left out, and its package
is reported.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from pydantic import BaseModel

from dazzle_infra.errors import UsageError
from dazzle_infra.hooks.protocol import PHASES, Hook
from dazzle_infra.plugins.discovery import Plugin, plugins

__all__ = [
    "ENTRY_POINTS",
    "OWN",
    "BrokenPackage",
    "Registered",
    "known_hooks",
    "register_hook",
    "unregister_hook",
]

ENTRY_POINTS: Final = "dazzle_infra.hooks"
OWN: Final = "dazzle-infra"
"""The origin of hooks of this package."""

_API: Final = 1
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,63}")
_LISTS: Final = {"pre_build", "post_build", "skip"}
"""Keys of `[infra.hooks]`, which are no names of hooks."""

_SECONDS: Final = 10.0
"""The time limit of an import."""


@dataclass(frozen=True)
class Registered:
    """A hook that dazzle.toml can name.

    Attributes:
        hook: The hook.
        origin: Where it is from: `OWN`, or a package and its version.
    """

    hook: Hook
    origin: str


@dataclass(frozen=True)
class BrokenPackage:
    """A package whose hook cannot be used.

    Attributes:
        package: The package and its version.
        problem: What is wrong, as the rest of a sentence about its hook.
        hook: The name of the hook, or of its entry point; empty if it is not known.
    """

    package: str
    problem: str
    hook: str = ""

    def __str__(self) -> str:
        """Write it as a sentence."""
        return f"package {self.package}: {self.problem}"


_of_tests: list[Registered] = []


def register_hook(hook: Hook | type[Hook], origin: str = "registered") -> None:
    """Add a hook to those of this process, for tests.

    Args:
        hook: The hook, or its class.
        origin: Where it is from, as `dazzle infra hooks` prints it.

    Raises:
        UsageError: It is not a hook, its name is not one, or there is another hook of that name.
    """
    made, problem = _made(hook)
    if made is None:
        raise UsageError(problem, code="hook")
    if any(one.hook.name == made.name for one in _of_tests):
        raise UsageError(f"there is another hook {made.name}", code="hook")
    _of_tests.append(Registered(made, origin))


def unregister_hook(name: str) -> None:
    """Remove a hook that `register_hook` added."""
    _of_tests[:] = [one for one in _of_tests if one.hook.name != name]


def known_hooks(stated: Sequence[Registered]) -> tuple[list[Registered], list[BrokenPackage]]:
    """Return every hook but executables, and the packages whose hooks cannot be used.

    Args:
        stated: The hooks of the backends, and those of dazzle-infra for all backends.

    Returns:
        The hooks of dazzle-infra in their order, then those of packages, sorted by name; and the packages.
    """
    own = {one.hook.name: one for one in stated if one.origin == OWN}
    others: dict[str, Registered] = {}
    installed, problems = _installed(plugins(ENTRY_POINTS))
    broken = list(problems)
    for one in (*(one for one in stated if one.origin != OWN), *_of_tests, *installed):
        made, problem = _made(one.hook)
        if made is not None and one.hook.name in {**own, **others}:
            problem = f"hook {one.hook.name} exists already"
        if problem:
            broken.append(BrokenPackage(one.origin, problem, one.hook.name))
        else:
            others[one.hook.name] = one
    return [*own.values(), *(others[name] for name in sorted(others))], broken


@cache
def _installed(found: tuple[Plugin, ...]) -> tuple[tuple[Registered, ...], tuple[BrokenPackage, ...]]:
    hooks: list[Registered] = []
    broken: list[BrokenPackage] = []
    for plugin in found:
        if plugin.entry_point is None:
            broken.append(BrokenPackage(plugin.origin, "its entry points cannot be read"))
            continue
        # Most environments have no such package.
        from dazzle_infra.hooks.guard import call

        loaded = call(plugin.entry_point.load, _SECONDS)
        if loaded.failure:
            broken.append(
                BrokenPackage(plugin.origin, f"hook {plugin.name} {loaded.failure} while it was imported", plugin.name)
            )
            continue
        made, problem = _made(loaded.value)
        if made is None:
            broken.append(BrokenPackage(plugin.origin, f"hook {plugin.name}: {problem}", plugin.name))
        else:
            hooks.append(Registered(made, plugin.origin))
    return tuple(hooks), tuple(broken)


def _made(value: object) -> tuple[Hook | None, str]:
    """Return the hook, or what is wrong with it."""
    if isinstance(value, type) and issubclass(value, Hook):
        from dazzle_infra.hooks.guard import call

        called = call(value, _SECONDS)
        if called.failure:
            return None, f"{value.__name__} {called.failure} while it was created"
        value = called.value
    if not isinstance(value, Hook):
        return None, f"{_shown(value)} is not a class below dazzle_infra.hooks.Hook"
    from dazzle_infra.hooks.guard import call as guarded_call

    hook = value
    checked = guarded_call(lambda: _wrong(hook), _SECONDS)
    if checked.failure:
        return None, f"{type(value).__name__} {checked.failure} while it was checked"
    return (None, checked.value) if checked.value else (value, "")


def _wrong(value: Hook) -> str:
    """Return what is wrong with a hook; empty where nothing is."""
    name = getattr(value, "name", None)
    if not isinstance(name, str) or _NAME.fullmatch(name) is None or name in _LISTS:
        return f"name {name!r} must contain only lower-case letters, digits and _, and begin with a letter"
    if value.api != _API:
        return f"api {value.api!r} is not supported; this version of dazzle-infra supports {_API}"
    if not value.phases:
        return "none of the methods before, contribute and after is defined"
    if not isinstance(value.phases, tuple | list) or not set(value.phases) <= set(PHASES):
        return "phases must be a tuple of before, contribute and after"
    return _wrong_attribute(value)


def _wrong_attribute(hook: Hook) -> str:
    if not isinstance(hook.seconds, int | float) or not 0 < hook.seconds <= 3600:
        return "seconds must be a number from 0 to 3600"
    if hook.on_failure not in ("fail", "warn"):
        return 'on_failure must be "fail" or "warn"'
    for name in ("after_hooks", "backends"):
        value = getattr(hook, name)
        if not isinstance(value, tuple | list) or not all(isinstance(one, str) for one in value):
            return f"{name} must be a tuple of names"
    if not (isinstance(hook.Options, type) and issubclass(hook.Options, BaseModel)):
        return "Options must be a pydantic model"
    for name in ("opt_in", "concurrent"):
        if not isinstance(getattr(hook, name), bool):
            return f"{name} must be True or False"
    return "" if isinstance(hook.summary, str) and hook.summary.isprintable() else "summary must be one line of text"


def _shown(value: object) -> str:
    return value.__name__ if isinstance(value, type) else f"an object of type {type(value).__name__}"
