"""Faster versions of some private functions of Copier and Jinja, for a process that renders many times.

Each patch replaces a function by a faster one with the same result. There is no guarantee of what a private
function does in another release: the patches apply only to the releases in `TESTED`, for which the tests compare the
bytes of renders with and without them. With any other release the process renders without patches, and takes longer.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from types import CodeType
from typing import Any

from dazzle_infra.rendering.worker.checkout import Checkouts

__all__ = ["TESTED", "apply_patches", "are_tested"]

_MOST = 20_000
"""The largest number of cached compiled texts; the embedded templates need 1,500."""

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
"""The attributes of a Jinja environment that affect compilation."""


TESTED = frozenset({("9.19.0", "3.1.6"), ("9.19.1", "3.1.6")})
"""The releases of Copier and Jinja, in pairs, for which the tests compare renders with and without the patches."""


def are_tested() -> bool:
    """Return whether the patches are tested with the installed releases of Copier and Jinja."""
    return (version("copier"), version("jinja2")) in TESTED


def apply_patches(checkouts: Checkouts) -> None:
    """Replace the functions that take most of the time of a render; Copier gets its templates from `checkouts`."""
    from copier import _main, _template, _user_data
    from jinja2 import Environment

    # For every file that it writes, Copier asks git how the destination's repository treats permissions. The
    # destination is in no repository, and asking takes a quarter of the time.
    setattr(_main, "is_git_available", lambda: False)  # noqa: B010 - mypy refuses to assign to a private name
    # A version of a template is checked out once, not for each render; the checkout is read-only.
    setattr(_template, "clone", checkouts.instead_of(vars(_template)["clone"]))  # noqa: B010 - as above
    setattr(_template.Template, "_cleanup", lambda self: None)  # noqa: B010 - as above
    _template.load_template_config = _read_once(_template.load_template_config)
    # Copier combines the answers, and renders the name of the answers file, for every file and every part of its path.
    setattr(_main.Worker, "_render_template", _with_the_same_answers(_main.Worker, _user_data.AnswersMap))  # noqa: B010
    # Most parts of paths contain nothing to render.
    setattr(_main.Worker, "_render_string", _plain_as_it_is(_main.Worker._render_string))  # noqa: B010 - as above
    # A third of the time is spent on compiling the same names and texts.
    setattr(Environment, "compile", _compiled_once(Environment.compile))  # noqa: B010 - as above


def _read_once(load: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function that reads each `copier.yml` once, and returns copies, because Copier changes them."""
    known: dict[Path, Any] = {}

    def read(conf_path: Path, quiet: bool = False) -> Any:
        if conf_path not in known:
            known[conf_path] = load(conf_path, quiet)
        return copy.deepcopy(known[conf_path])

    return read


def _with_the_same_answers(worker: Any, answers: Any) -> Callable[..., None]:
    """Return a method that writes all files with the answers combined only once, because they do not change."""
    write = worker._render_template

    def written(self: Any) -> None:
        combined, remembered, place = self.answers.combined, self._answers_to_remember(), self.answers_relpath
        # Each file gets mappings of its own: a template can change what it is given.
        with (
            _replaced(answers, "combined", property(lambda _: dict(combined))),
            _replaced(worker, "_answers_to_remember", lambda _: dict(remembered)),
            _replaced(worker, "answers_relpath", property(lambda self: _reset(self, place))),
        ):
            write(self)

    return written


def _reset(worker: Any, place: Path) -> Path:
    """Return the name of the answers file, with the same reset of Jinja's extensions as when the name is rendered."""
    worker.jinja_env.preprocess("")
    return place


def _plain_as_it_is(render: Callable[..., str]) -> Callable[..., str]:
    """Return a method that returns a text of one line without Jinja syntax unchanged."""

    def rendered(self: Any, string: str, extra_context: Any = None) -> str:
        environment = self.jinja_env
        signs = (environment.block_start_string, environment.variable_start_string, environment.comment_start_string)
        prefixes = environment.line_statement_prefix, environment.line_comment_prefix
        is_plain = isinstance(string, str) and not any(sign in string for sign in (*signs, "\n", "\r"))
        if is_plain and not any(prefixes):
            environment.preprocess(string)  # extensions are reset for each text
            return string
        return render(self, string, extra_context)

    return rendered


@contextmanager
def _replaced(owner: Any, name: str, value: object) -> Iterator[None]:
    """Replace an attribute of a class while the context is open."""
    before = vars(owner)[name]
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


def _compiled_once(compile_text: Callable[..., Any]) -> Callable[..., Any]:
    """Return a method that compiles a text once for all environments with the same syntax."""
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
            self.preprocess(source, name, filename)  # extensions are reset for each text
            return code
        code = compile_text(self, source, name, filename, raw, defer_init)
        if len(known) >= _MOST:
            known.clear()
        known[key] = code
        return code

    return compiled
