"""The output of a command: results on standard output, notes and errors on standard error, or one JSON document."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, Any

from dazzle_infra.cli.printer import Part, Printer, printer_for, unbroken
from dazzle_infra.errors import DazzleInfraError, Where

if TYPE_CHECKING:
    from dazzle_infra.cli.options import Options
    from dazzle_infra.operations.scaffold import Scaffolded
    from dazzle_infra.templates import Template

__all__ = [
    "SCHEMA_VERSION",
    "Output",
    "error_document",
    "note_branch",
    "note_ignored",
    "output_of",
    "place_document",
    "print_error",
]

SCHEMA_VERSION = 1


class Output:
    """The output of one command.

    Attributes:
        as_json: Whether to print one JSON document on standard output, and no text.
        quiet: Whether to print errors only.
        verbose: Whether to print details that are omitted otherwise.
    """

    def __init__(
        self, *, as_json: bool = False, quiet: bool = False, verbose: bool = False, plain: bool = False
    ) -> None:
        self.as_json = as_json
        self.quiet = quiet
        self.verbose = verbose
        self._out = printer_for(sys.stdout, plain=plain)
        self._err = printer_for(sys.stderr, plain=plain)

    @property
    def shows_text(self) -> bool:
        """Whether text is printed."""
        return not (self.as_json or self.quiet)

    def line(self, *parts: Part, hang: int | None = None) -> None:
        """Print a line on standard output.

        Args:
            parts: The line; a part may carry a style, as `(text, style)`.
            hang: The column of continuation lines if a terminal is too narrow; None for two columns after the first
                word.
        """
        if self.shows_text:
            text = "".join(part if isinstance(part, str) else part[0] for part in parts)
            column = len(text) - len(text.lstrip(" ")) + 2 if hang is None else hang
            self._out.write(*(_part(part) for part in parts), hang=column)

    def verbatim(self, *parts: Part) -> None:
        """Print a line without line breaks in it, such as a line of a diff."""
        if self.shows_text:
            self._out.write(*(_part(part) for part in parts))

    def commands(self, steps: Sequence[str]) -> None:
        """Print the commands to run next."""
        label = "Next   "
        for step in steps if self.shows_text else ():
            self._out.command((label, "bold"), _printable(step))
            label = " " * len(label)

    def note(self, text: str) -> None:
        """Print a note on standard error."""
        if not self.quiet:
            self._err.write((_printable(text), "dim"), hang=2)

    def failure(self, text: str) -> None:
        """Print, on standard error, an error that does not end the command; `quiet` does not hide it."""
        self._err.write(("error: ", "bold red"), _printable(text), hang=7)

    def progress(self, text: str) -> AbstractContextManager[object]:
        """Show the present activity on standard error, if that is a terminal."""
        return self._err.progress(text) if self.shows_text else nullcontext()

    def document(self, content: Mapping[str, Any]) -> None:
        """Print the JSON document of a command that succeeded."""
        if self.as_json:
            _print_json({"schema_version": SCHEMA_VERSION, "ok": True, **content})


_CONTROL = {code: f"\\x{code:02x}" for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\t"}


_JSON_CONTROL = {code: f"\\u{code:04x}" for code in _CONTROL}


def _printable(text: str, control: Mapping[int, str] = _CONTROL) -> str:
    """Return text that can be written as UTF-8 and contains no control characters: it may be untrusted."""
    return text.encode("utf-8", "backslashreplace").decode().translate(control)


def _part(part: Part) -> Part:
    return _printable(part) if isinstance(part, str) else (_printable(part[0]), part[1])


def _print_json(document: Mapping[str, Any]) -> None:
    # An encoding that lacks a character would write `\\xb7`, which JSON does not know.
    is_narrow = (sys.stdout.encoding or "").lower().replace("-", "") != "utf8"
    sys.stdout.write(_printable(json.dumps(document, indent=2, ensure_ascii=is_narrow), _JSON_CONTROL) + "\n")


def output_of(options: Options) -> Output:
    """Return the output for the options of a command."""
    return Output(as_json=options.as_json, quiet=options.quiet, verbose=options.verbose, plain=options.plain)


def note_branch(output: Output, name: str, found: Template | Scaffolded) -> None:
    """Print a warning if the version of a template was chosen by a branch."""
    if found.branch is not None:
        output.note(
            f"{name}: {found.branch} is a branch of {found.source}: a later run may generate other files; "
            f"it is at {found.version} now"
        )


def note_ignored(output: Output, version: str, places: Sequence[Where], folder: str = "") -> None:
    """Print a warning for each key of dazzle.toml that has no effect because the template version does not know it.

    Args:
        output: The output of the command.
        version: The template and its version.
        places: The keys.
        folder: The project's folder with a final `/`, if there are several projects.
    """
    for place in places:
        output.note(f"{folder}{place}: {place.key} has no effect: {version} does not support it; a newer release may")


def error_document(error: DazzleInfraError) -> dict[str, Any]:
    """Return the JSON object for an error."""
    where = place_document(error.where) if error.where else None
    return {"code": error.code, "message": error.message, "where": where, "hint": error.hint}


def place_document(where: Where) -> dict[str, Any]:
    """Return the JSON object for a location."""
    return {"file": where.file, "line": where.line, "key": where.key}


def print_error(error: DazzleInfraError, *, as_json: bool, plain: bool) -> None:
    """Print an error: what is wrong, where, and what to do."""
    if as_json:
        _print_json(
            {"schema_version": SCHEMA_VERSION, "ok": False, **error_document(error), **error.besides},
        )
        return
    printer: Printer = printer_for(sys.stderr, plain=plain)
    printer.write(("error: ", "bold red"), _printable(error.message), hang=7)
    # The message may name the file already.
    where = str(error.where) if error.where and str(error.where) not in error.message else ""
    for extra in (unbroken(where), error.hint or ""):
        if extra:
            printer.write(f"       {_printable(extra)}", hang=7)
