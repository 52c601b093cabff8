"""What `ref` may say besides the name of a tag: a range of versions, or a branch."""

from __future__ import annotations

import re

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

__all__ = ["Range", "is_range"]

_CARET_OR_TILDE = re.compile(r"([\^~])\s*v?(\d+(?:\.\d+)*)((?:a|b|rc)\d+)?")
_WILDCARD = re.compile(r"v?((?:\d+\.)*)[xX*]")
_COMPARISON = re.compile(r"(===|==|~=|!=|<=|>=|<|>)\s*v?(.+)")


def is_range(ref: str) -> bool:
    """Say whether `ref` is written as a range; a branch that is called like one, such as `1.x`, cannot be named."""
    return re.match(r"[\^~<>=!*]", ref) is not None or "," in ref or _WILDCARD.fullmatch(ref) is not None


class Range:
    """A range of versions: `^1.2`, `~1.2`, `1.x`, or comparisons as PEP 440 has them, such as `>=1.2,<2`.

    `^1.2` goes up to the next version that may break, which is 2 (and 0.3 for `^0.2`); `~1.2` up to 1.3. A fork's tag
    such as `v1.2.0+acme.1` is newer than `v1.2.0`. Pre-releases are left out unless the range names one.
    """

    def __init__(self, text: str) -> None:
        """Read it.

        Raises:
            ValueError: It is no range.
        """
        try:
            self._scope = SpecifierSet(",".join(_specifiers(part.strip()) for part in text.split(",")))
        except (InvalidSpecifier, InvalidVersion) as error:
            raise ValueError(f"{text!r} is no range of versions") from error

    def __contains__(self, tag: str) -> bool:
        """Say whether the version of that tag is in the range."""
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
    """Write one part of a range as PEP 440 does."""
    if found := _CARET_OR_TILDE.fullmatch(part):
        numbers = [int(number) for number in found[2].split(".")]
        return f">={found[2]}{found[3] or ''},<{_end(found[1], numbers)}"
    if found := _WILDCARD.fullmatch(part):
        return f"=={found[1]}*" if found[1] else ">=0"
    if found := _COMPARISON.fullmatch(part):
        return f"{found[1]}{found[2]}"
    raise InvalidSpecifier(part)


def _end(sign: str, numbers: list[int]) -> str:
    """Return the first version that a caret or tilde range leaves out."""
    if sign == "~":
        kept = min(len(numbers), 2) - 1
    else:
        kept = next((index for index, number in enumerate(numbers) if number), len(numbers) - 1)
    return ".".join(str(number) for number in [*numbers[:kept], numbers[kept] + 1])
