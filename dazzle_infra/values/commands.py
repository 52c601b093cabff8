"""Commands: lists of words that are run without a shell."""

from __future__ import annotations

import shlex

from dazzle_infra.values.rules import RefusedError
from dazzle_infra.values.words import shown

__all__ = ["split_command"]

_OPERATORS = {"&", "&&", ";", "<", ">", ">>", "|", "||"}
_SHELL_HINT = 'commands run without a shell; to use one, write ["sh", "-c", "…"]'


def split_command(value: object) -> tuple[str, ...]:
    """Return the words of a command that a manifest gives as one string, or as a list of strings.

    Raises:
        RefusedError: The value has another type, is empty, or contains shell syntax.
    """
    if isinstance(value, str):
        return _words(value)
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        wrong = next((word for word in value if not isinstance(word, str)), value) if isinstance(value, list) else value
        raise RefusedError(f"must be a string or a list of strings; found {shown(wrong)}")
    if not value or not value[0].strip():
        raise RefusedError("must not be empty", "remove the key to use the default")
    if any("\0" in word for word in value):
        raise RefusedError("must not contain NUL characters")
    return tuple(value)


def _words(text: str) -> tuple[str, ...]:
    if "\0" in text:
        raise RefusedError("must not contain NUL characters")
    try:
        words = tuple(shlex.split(text))
    except ValueError as error:
        raise RefusedError(f"cannot be split into words: {str(error).lower()}", "close the quotation") from None
    if not words or not words[0]:
        raise RefusedError("must not be empty", "remove the key to use the default")
    for word in words:
        if word in _OPERATORS or (word.endswith(";") and word != ";"):
            raise RefusedError(f"contains shell syntax: `{word}`", _SHELL_HINT)
    if "$" in text or "`" in text:
        raise RefusedError(f"contains shell syntax: `{'$' if '$' in text else '`'}`", _SHELL_HINT)
    return words
