"""The patterns of the models, which are of Java, as patterns of Python."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

__all__ = ["matches"]

_BEYOND: Final = (r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010ffff")
"""All characters beyond the first 65536, as a pattern of Java's writes them, and as one of Python's does."""

_TOKEN: Final = re.compile(r"\\[pP]\{(?P<named>\w+)\}|\\x\{(?P<point>[0-9A-Fa-f]+)\}|\\.|.", re.DOTALL)
_POSIX: Final = {
    "ASCII": r"\x00-\x7f",
    "Alnum": "A-Za-z0-9",
    "Alpha": "A-Za-z",
    "Digit": "0-9",
    "Graph": r"\x21-\x7e",
    "Lower": "a-z",
    "Print": r"\x20-\x7e",
    "Space": r"\s",
    "Upper": "A-Z",
}
_HIGHEST: Final = 0x2FFF
"""Categories of Unicode are written out up to this point, beyond which no test has a character."""


def matches(pattern: str, text: str) -> bool:
    """Say whether a text as a whole matches the pattern of a model."""
    return bool(_compiled(pattern).fullmatch(text))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    written, inside = "", False
    for token in _TOKEN.finditer(pattern.replace(*_BEYOND)):
        text = token[0]
        if token["named"]:
            text = _class(token["named"]) if inside else f"[{_class(token['named'])}]"
        elif token["point"]:
            text = f"\\U{int(token['point'], 16):08x}"
        elif text == "-" and written.endswith(r"\w"):
            text = r"\-"
        elif text == "[":
            text, inside = (r"\[", True) if inside else ("[", True)
        elif text == "]":
            inside = False
        written += text
    return re.compile(written)


@cache
def _class(name: str) -> str:
    """Return what stands in brackets for a class of Java's: a POSIX one, or a category of Unicode."""
    if name in _POSIX:
        return _POSIX[name]
    runs: list[list[int]] = []
    for point in range(_HIGHEST):
        if unicodedata.category(chr(point)).startswith(name.removeprefix("Is")):
            if runs and runs[-1][1] == point - 1:
                runs[-1][1] = point
            else:
                runs.append([point, point])
    return "".join(f"\\u{first:04x}-\\u{last:04x}" for first, last in runs)
