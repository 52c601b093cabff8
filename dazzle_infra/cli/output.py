"""What a command prints: facts on standard output, everything else on standard error, or one JSON document."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from dazzle_infra.cli.paper import Paper, Part, paper_for
from dazzle_infra.errors import DazzleInfraError, Where

if TYPE_CHECKING:
    from dazzle_infra.backends import Scaffolded
    from dazzle_infra.cli.options import Options
    from dazzle_infra.templates import Template

__all__ = ["SCHEMA_VERSION", "Output", "error_document", "note_branch", "output_of", "place_document", "print_error"]

SCHEMA_VERSION = 1


class Output:
    """Where a command's words go.

    Attributes:
        as_json: Print one JSON document on standard output, and no text.
        quiet: Print no text at all; errors are printed all the same.
        verbose: Print what is left out otherwise.
    """

    def __init__(
        self, *, as_json: bool = False, quiet: bool = False, verbose: bool = False, plain: bool = False
    ) -> None:
        self.as_json = as_json
        self.quiet = quiet
        self.verbose = verbose
        self._out = paper_for(sys.stdout, plain=plain)
        self._err = paper_for(sys.stderr, plain=plain)

    @property
    def shows_text(self) -> bool:
        """Whether text is wanted."""
        return not (self.as_json or self.quiet)

    def line(self, *parts: Part) -> None:
        """Print a line of facts; a part may carry a style, as `(text, style)`."""
        if self.shows_text:
            self._out.write(*(_part(part) for part in parts))

    def note(self, text: str) -> None:
        """Print a remark on standard error."""
        if not self.quiet:
            self._err.write((_printable(text), "dim"))

    def progress(self, text: str) -> AbstractContextManager[object]:
        """Show on standard error what is at work, where that is a terminal."""
        return self._err.progress(text) if self.shows_text else nullcontext()

    def document(self, content: Mapping[str, Any]) -> None:
        """Print the JSON document of a command that went well."""
        if self.as_json:
            _print_json({"schema_version": SCHEMA_VERSION, "ok": True, **content})


_CONTROL = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}


_JSON_CONTROL = {code: f"\\u{code:04x}" for code in _CONTROL}


def _printable(text: str, control: Mapping[int, str] = _CONTROL) -> str:
    """Return text that can be written as UTF-8 and does not steer a terminal: it may be a stranger's."""
    return text.encode("utf-8", "backslashreplace").decode().translate(control)


def _part(part: Part) -> Part:
    return _printable(part) if isinstance(part, str) else (_printable(part[0]), part[1])


def _print_json(document: Mapping[str, Any]) -> None:
    # An encoding that lacks a character would write `\\xb7`, which JSON does not know.
    is_narrow = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    sys.stdout.write(_printable(json.dumps(document, indent=2, ensure_ascii=is_narrow), _JSON_CONTROL) + "\n")


def output_of(options: Options) -> Output:
    """Return the output that the options of a command ask for."""
    return Output(as_json=options.as_json, quiet=options.quiet, verbose=options.verbose, plain=options.plain)


def note_branch(output: Output, name: str, found: Template | Scaffolded) -> None:
    """Warn where the version of a template was found by a branch, and say what that means."""
    if found.branch is not None:
        output.note(
            f"{name}: {found.branch} is a branch of {found.source}: it moves, so that another run may make other "
            f"files; now it is {found.version}"
        )


def error_document(error: DazzleInfraError) -> dict[str, Any]:
    """Return what `--json` says of an error."""
    where = place_document(error.where) if error.where else None
    return {"code": error.code, "message": error.message, "where": where, "hint": error.hint}


def place_document(where: Where) -> dict[str, Any]:
    """Return what `--json` says of a place."""
    return {"file": where.file, "line": where.line, "key": where.key}


def print_error(error: DazzleInfraError, *, as_json: bool, plain: bool) -> None:
    """Print the one message of an error: what, where, what to do."""
    if as_json:
        _print_json(
            {"schema_version": SCHEMA_VERSION, "ok": False, **error_document(error), **error.besides},
        )
        return
    paper: Paper = paper_for(sys.stderr, plain=plain)
    paper.write(("error: ", "bold red"), _printable(error.message))
    for extra in (str(error.where) if error.where else "", error.hint or ""):
        if extra:
            paper.write(f"       {_printable(extra)}")
