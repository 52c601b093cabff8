"""The values of `ref`: a tag of a template, a range of versions, or a branch."""

from __future__ import annotations

import re
from typing import Annotated

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version
from pydantic import AfterValidator

from dazzle_infra.values.rules import RefusedError, Rule

__all__ = ["Range", "Ref", "is_range"]

_CARET_OR_TILDE = re.compile(r"([\^~])\s*v?(\d+(?:\.\d+)*)((?:a|b|rc)\d+)?")
_WILDCARD = re.compile(r"v?((?:\d+\.)*)[xX*]")
_COMPARISON = re.compile(r"(===|==|~=|!=|<=|>=|<|>)\s*v?(.+)")


def is_range(ref: str) -> bool:
    """Return whether `ref` has the form of a version range. A branch with such a name (`1.x`) cannot be selected."""
    return re.match(r"[\^~<>=!*]", ref) is not None or "," in ref or _WILDCARD.fullmatch(ref) is not None


class Range:
    """A range of versions: `^1.2`, `~1.2`, `1.x`, or comparisons as in PEP 440, such as `>=1.2,<2`.

    `^1.2` ends before the next incompatible version, which is 2 (0.3 for `^0.2`); `~1.2` ends before 1.3. A fork's tag
    such as `v1.2.0+acme.1` is newer than `v1.2.0`. Pre-releases are excluded unless the range names one.
    """

    def __init__(self, text: str) -> None:
        """Parse a range.

        Raises:
            ValueError: The text is not a range.
        """
        try:
            self._scope = SpecifierSet(",".join(_specifiers(part.strip()) for part in text.split(",")))
        except (InvalidSpecifier, InvalidVersion) as error:
            raise ValueError(f"{text!r} is not a version range") from error

    def __contains__(self, tag: str) -> bool:
        """Return whether the version of a tag is in the range."""
        version, allowed = Version(tag), bool(self._scope.prereleases)
        if version.is_prerelease and not allowed:
            return False
        # PEP 440 keeps 1.2.0+acme.1 out of `>1.2.0`; here it is a release after it.
        return all(
            one.contains(version, prereleases=allowed)
            or (one.operator == ">" and version.local is not None and Version(version.public) == Version(one.version))
            for one in self._scope
        )


def _specifiers(part: str) -> str:
    """Convert one part of a range to PEP 440."""
    if found := _CARET_OR_TILDE.fullmatch(part):
        numbers = [int(number) for number in found[2].split(".")]
        return f">={found[2]}{found[3] or ''},<{_end(found[1], numbers)}"
    if found := _WILDCARD.fullmatch(part):
        return f"=={found[1]}*" if found[1] else ">=0"
    if found := _COMPARISON.fullmatch(part):
        return f"{found[1]}{found[2]}"
    raise InvalidSpecifier(part)


def _end(sign: str, numbers: list[int]) -> str:
    """Return the first version after a caret or tilde range."""
    if sign == "~":
        kept = min(len(numbers), 2) - 1
    else:
        kept = next((index for index, number in enumerate(numbers) if number), len(numbers) - 1)
    return ".".join(str(number) for number in [*numbers[:kept], numbers[kept] + 1])


_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9+_/-]|\.(?!\.))*(?<![./])(?<!\.lock)"
_RANGE = r"(?:(?:[\^~<>]|[<>=!~]=) ?v?[0-9][0-9A-Za-z.+*]*|v?(?:[0-9]+\.)*[xX*])"


def _ref(value: str) -> str:
    if is_range(value):
        try:
            Range(value)
        except ValueError:
            raise RefusedError("must be a valid version range", _RANGES) from None
    return value


_RANGES = "such as ^1.2, ~1.2, 1.x or >=1.2,<2"

Ref = Annotated[
    str,
    Rule(
        f"(?:{_NAME}|{_RANGE}(?:, ?{_RANGE})*)",
        "must be a tag of the template, a range of versions or a branch: letters, digits, `.`, `_`, `+`, `-` and `/`",
        'such as "v1.0.0" or "^1.2"',
        longest=100,
    ),
    AfterValidator(_ref),
]
"""A tag, a range of versions, or a branch."""
