"""Everything that AWS would refuse in the resources of a state."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from tests.awsfacts import containers, policies, relations
from tests.awsfacts.limits import EXACTLY_ONE, FORMS, RANGES
from tests.awsfacts.paths import at
from tests.awsfacts.words import WORDS

__all__ = ["findings"]


def findings(resources: Mapping[str, tuple[str, Mapping[str, Any]]]) -> list[str]:
    """Return what is wrong, each with the address that it is about.

    Args:
        resources: Type and values of each resource by its address, all of them known.
    """
    found = [
        f"{address}: {problem}"
        for address, (kind, values) in resources.items()
        for check in (_words, _ranges, _forms, _exclusive, relations.of_one, containers.problems, policies.problems)
        for problem in check(kind, values)
    ]
    return sorted({*found, *relations.of_all(resources)})


def _words(kind: str, values: Mapping[str, Any]) -> Iterator[str]:
    for path, known in WORDS.get(kind, {}).items():
        yield from (f"{path} = {value!r} is no word of the cloud's" for value in at(values, path) if value not in known)


def _ranges(kind: str, values: Mapping[str, Any]) -> Iterator[str]:
    for path, (least, most) in RANGES.get(kind, {}).items():
        for value in at(values, path):
            if not least <= float(value) <= most:
                yield f"{path} = {value} is not from {least} to {most}"


def _forms(kind: str, values: Mapping[str, Any]) -> Iterator[str]:
    for path, pattern in FORMS.get(kind, {}).items():
        for value in at(values, path):
            if value != "" and not re.fullmatch(pattern, value):
                yield f"{path} = {value!r} ({len(value)} characters) does not match {pattern}"


def _exclusive(kind: str, values: Mapping[str, Any]) -> Iterator[str]:
    for group in EXACTLY_ONE.get(kind, ()):
        chosen = [key for key in group if values.get(key)]
        if len(chosen) != 1:
            yield f"exactly one of {', '.join(group)} is set, not {', '.join(chosen) or 'none'}"
