"""The lines of a requirements file, as pip reads them.

The rules are those of pip 26.3 (its documentation, "Requirements File Format", and `pip/_internal/req/req_file.py`):
lines are joined, then comments are removed, then a line is either a requirement with options or options alone. pip
parses options with `optparse`, which accepts abbreviations and joined values, and so does this module.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from optparse import OptionParser
from typing import NoReturn

__all__ = ["Line", "LineError", "logical_lines", "parse_line"]

_COMMENT = re.compile(r"(?:^|\s+)#.*$")
_APPENDED = (
    ("-r", "--requirement"),
    ("-c", "--constraint"),
    ("-e", "--editable"),
    ("-f", "--find-links"),
    ("--extra-index-url",),
    ("--no-binary",),
    ("--only-binary",),
    ("--trusted-host",),
    ("--use-feature",),
    ("--all-releases",),
    ("--only-final",),
    ("--hash",),
    ("-C", "--config-settings", "--config-setting"),
    # pip 26 no longer knows it; the pip of an older base image does.
    ("--global-option",),
)
_FLAGS = ("--no-index", "--prefer-binary", "--require-hashes", "--no-require-hashes", "--pre")


class LineError(Exception):
    """A line that pip would refuse.

    Attributes:
        message: What is wrong, one sentence.
    """

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True)
class Line:
    """A line, parsed.

    Attributes:
        requirement: The requirement, without its options; empty for options alone.
        options: The values of the options, by the long name without dashes.
        flags: The options without a value.
    """

    requirement: str
    options: dict[str, tuple[str, ...]]
    flags: frozenset[str]

    def values(self, name: str) -> tuple[str, ...]:
        """Return the values of an option, in the order of the line."""
        return self.options.get(name, ())


class _Parser(OptionParser):
    def error(self, msg: str) -> NoReturn:
        raise LineError(msg)


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the number of the first physical line, from 1, and the text of each line that states something."""
    pending: list[str] = []
    start = 0
    for number, line in enumerate(text.splitlines(), start=1):
        is_comment = _COMMENT.match(line) is not None
        if not pending:
            start = number
        if line.endswith("\\") and not is_comment:
            pending.append(line.rstrip("\\"))
            continue
        # A comment ends a continued line.
        whole = "".join([*pending, f" {line}" if is_comment else line])
        pending = []
        stated = _COMMENT.sub("", whole).strip()
        if stated:
            yield start, stated
    stated = _COMMENT.sub("", "".join(pending)).strip()
    if stated:
        yield start, stated


def parse_line(text: str) -> Line:
    """Parse a line that `logical_lines` yields.

    Raises:
        LineError: An option is unknown, has no value, or has quotation marks that are not closed.
    """
    words = text.split(" ")
    first = next((index for index, word in enumerate(words) if word.startswith("-")), len(words))
    try:
        options = shlex.split(" ".join(words[first:]))
    except ValueError as error:
        raise LineError("quotation marks are not closed") from error
    values, others = _parser().parse_args(options)
    if others:
        raise LineError(f"{others[0]} follows an option")
    given = {name.replace("_", "-"): value for name, value in vars(values).items() if value}
    return Line(
        requirement=" ".join(words[:first]).strip(),
        options={name: tuple(value) for name, value in given.items() if isinstance(value, list)},
        flags=frozenset(name for name, value in given.items() if value is True),
    )


def _parser() -> _Parser:
    """Return a new parser: one accumulates the values of appended options."""
    parser = _Parser(add_help_option=False)
    for names in _APPENDED:
        long = next(name for name in names if name.startswith("--"))
        parser.add_option(*names, action="append", dest=long.strip("-").replace("-", "_"))
    parser.add_option("-i", "--index-url", "--pypi-url", action="append", dest="index_url")
    for flag in _FLAGS:
        parser.add_option(flag, action="store_true", dest=flag.strip("-").replace("-", "_"))
    return parser
