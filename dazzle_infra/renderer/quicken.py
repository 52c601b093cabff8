"""What a process that renders many times leaves out, because Copier and Jinja would do it again for each render.

Each part replaces a function of theirs by one that gives the same answer; where this version of Copier has no such
function, it is left as it is and only takes longer. That a render is the same to the byte is held by the tests.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType
from typing import Any

from dazzle_infra.renderer.checkout import Checkouts

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


def quicken(checkouts: Checkouts) -> None:
    """Replace what takes the time of a render; Copier gets its templates from `checkouts`."""
    from copier import _main, _template, _user_data
    from jinja2 import Environment

    # For every file that it writes, Copier asks git how the destination's repository treats permissions. Ours is in no
    # repository, and the asking takes a quarter of the time.
    if hasattr(_main, "is_git_available"):
        _main.is_git_available = lambda: False
    # A version of a template is checked out once, not for each render; nobody writes into it.
    if hasattr(_template, "clone") and hasattr(_template.Template, "_cleanup"):
        _template.clone = checkouts.instead_of(_template.clone)
        setattr(_template.Template, "_cleanup", lambda self: None)  # noqa: B010 - mypy refuses to assign to a method
    if hasattr(_template, "load_template_config"):
        _template.load_template_config = _read_once(_template.load_template_config)
    # For every file, and for every part of its path, the answers would be put together and the answers file named anew.
    parts = ("_render_template", "_answers_to_remember", "answers_relpath")
    if all(hasattr(_main.Worker, part) for part in parts) and hasattr(_user_data.AnswersMap, "combined"):
        setattr(_main.Worker, "_render_template", _with_the_same_answers(_main.Worker, _user_data.AnswersMap))  # noqa: B010
    # Most parts of paths are just names.
    if hasattr(_main.Worker, "_render_string"):
        setattr(_main.Worker, "_render_string", _plain_as_it_is(_main.Worker._render_string))  # noqa: B010
    # A third of the time is compiling the same names and texts.
    setattr(Environment, "compile", _compiled_once(Environment.compile))  # noqa: B010 - as above


def _read_once(load: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that reads a `copier.yml` once and gives copies of it: Copier changes what it gets."""
    known: dict[Path, Any] = {}

    def read(conf_path: Path, quiet: bool = False) -> Any:
        if conf_path not in known:
            known[conf_path] = load(conf_path, quiet)
        return copy.deepcopy(known[conf_path])

    return read


def _with_the_same_answers(worker: Any, answers: Any) -> Callable[..., None]:
    """Return a method that writes all files, while which the answers do not change."""
    write = worker._render_template

    def written(self: Any) -> None:
        combined, remembered, place = self.answers.combined, self._answers_to_remember(), self.answers_relpath
        # Each file gets mappings of its own: a template can change what it is given.
        with (
            _replaced(answers, "combined", property(lambda _: dict(combined))),
            _replaced(worker, "_answers_to_remember", lambda _: dict(remembered)),
            _replaced(worker, "answers_relpath", property(lambda _: place)),
        ):
            write(self)

    return written


def _plain_as_it_is(render: Callable[..., str]) -> Callable[..., str]:
    """Return a method that gives back a text of one line in which nothing is to be rendered."""

    def rendered(self: Any, string: str, extra_context: Any = None) -> str:
        environment = self.jinja_env
        signs = (environment.block_start_string, environment.variable_start_string, environment.comment_start_string)
        prefixes = environment.line_statement_prefix, environment.line_comment_prefix
        is_plain = isinstance(string, str) and not any(sign in string for sign in (*signs, "\n", "\r"))
        if is_plain and not any(prefixes):
            environment.preprocess(string)  # extensions begin anew with each text
            return string
        return render(self, string, extra_context)

    return rendered


@contextmanager
def _replaced(owner: Any, name: str, value: object) -> Iterator[None]:
    """Give a class another attribute for a while."""
    before = vars(owner)[name]
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


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
