"""Words of a command, as the stand-ins read them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

__all__ = ["DockerError", "Options", "read_options", "unknown"]

Options = dict[str, list[str]]


class DockerError(Exception):
    """A message for standard error, and the exit code."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def unknown(words: Sequence[str]) -> DockerError:
    """Return the error for what the scripts should not call."""
    return DockerError(f"the stand-in does not know: {' '.join(words)}", 125)


def read_options(
    words: Sequence[str], flags: Collection[str] = (), values: Collection[str] = (), *, leading: bool = False
) -> tuple[Options, list[str]]:
    """Return options and arguments.

    Args:
        words: The words of a command.
        flags: Options without a value.
        values: Options with a value.
        leading: Whether all words after the first argument are arguments.
    """
    found: Options = {}
    rest: list[str] = []
    left = list(words)
    while left:
        word = left.pop(0)
        if word in flags:
            found[word] = []
        elif word in values:
            found.setdefault(word, []).append(left.pop(0))
        elif word.startswith("-"):
            raise unknown([word])
        else:
            rest.append(word)
            if leading:
                return found, rest + left
    return found, rest
