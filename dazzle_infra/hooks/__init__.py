"""Hooks: what runs before a render, adds files to the change set, and runs after the files are written.

Importing this package costs little: what it exports is imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dazzle_infra.hooks.here import project_option, relative_path
    from dazzle_infra.hooks.protocol import Hook, HookContext, HookOptions, HookResult
    from dazzle_infra.hooks.registry import register_hook, unregister_hook

__all__ = [
    "Hook",
    "HookContext",
    "HookOptions",
    "HookResult",
    "project_option",
    "register_hook",
    "relative_path",
    "unregister_hook",
]

_HOMES = {
    **dict.fromkeys(("Hook", "HookContext", "HookOptions", "HookResult"), "protocol"),
    **dict.fromkeys(("project_option", "relative_path"), "here"),
    **dict.fromkeys(("register_hook", "unregister_hook"), "registry"),
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
