"""What a process that renders many times leaves out, because Copier and Jinja would do it again for each render.

Each part replaces a function of theirs by one that gives the same answer; where this version of Copier has no such
function, it is left as it is and only takes longer. That a render is the same to the byte is held by the tests.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from types import CodeType
from typing import Any

__all__ = ["quicken"]

_MOST = 20_000
"""Compiled texts that are kept; ours need 1,500. Values of a template's own making could be without end."""

_SYNTAX = (
    "autoescape",
    "block_end_string",
    "block_start_string",
    "comment_end_string",
    "comment_start_string",
    "is_async",
    "keep_trailing_newline",
    "line_comment_prefix",
    "line_statement_prefix",
    "lstrip_blocks",
    "newline_sequence",
    "optimized",
    "trim_blocks",
    "undefined",
    "variable_end_string",
    "variable_start_string",
)
"""The attributes of a Jinja environment that what a text compiles to depends on."""


def quicken() -> None:
    """Replace what takes the time of a render."""
    from copier import _main, _template
    from jinja2 import Environment

    # For every file that it writes, Copier asks git how the destination's repository treats permissions. Ours is in no
    # repository, and the asking takes a quarter of the time.
    if hasattr(_main, "is_git_available"):
        _main.is_git_available = lambda: False
    # A version of a template is checked out once, not for each render; nobody writes into it.
    if hasattr(_template, "clone") and hasattr(_template.Template, "_cleanup"):
        _template.clone = _cloned_once(_template.clone)
        setattr(_template.Template, "_cleanup", lambda self: None)  # noqa: B010 - mypy refuses to assign to a method
    if hasattr(_template, "load_template_config"):
        _template.load_template_config = _read_once(_template.load_template_config)
    # A third of the time is compiling the same names and texts.
    setattr(Environment, "compile", _compiled_once(Environment.compile))  # noqa: B010 - as above


def _cloned_once(clone: Callable[..., str]) -> Callable[..., str]:
    """Return a function that checks out the same version at the same place as the first time."""
    known: dict[tuple[str, str], str] = {}

    def checked_out(url: str, ref: str = "HEAD", location: str | None = None) -> str:
        if (url, ref) not in known:
            known[url, ref] = clone(url, ref, location=location)
        return known[url, ref]

    return checked_out


def _read_once(load: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that reads a `copier.yml` once and gives copies of it: Copier changes what it gets."""
    known: dict[Path, Any] = {}

    def read(conf_path: Path, quiet: bool = False) -> Any:
        if conf_path not in known:
            known[conf_path] = load(conf_path, quiet)
        return copy.deepcopy(known[conf_path])

    return read


def _compiled_once(compile_text: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method that compiles the same text, in an environment of the same syntax, once."""
    known: dict[object, CodeType] = {}

    def compiled(
        self: Any,
        source: Any,
        name: str | None = None,
        filename: str | None = None,
        raw: bool = False,
        defer_init: bool = False,
    ) -> Any:
        if raw or not isinstance(source, str):
            return compile_text(self, source, name, filename, raw, defer_init)
        syntax = tuple(getattr(self, attribute, None) for attribute in _SYNTAX)
        key = (source, name, filename, defer_init, type(self), syntax, frozenset(self.extensions))
        code = known.get(key)
        if code is not None:
            self.preprocess(source, name, filename)  # extensions begin anew with each text
            return code
        code = compile_text(self, source, name, filename, raw, defer_init)
        if len(known) >= _MOST:
            known.clear()
        known[key] = code
        return code

    return compiled
