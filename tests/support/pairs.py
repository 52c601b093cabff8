"""Few cases that still hold every pair of values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations, islice, product

Pair = tuple[str, int, str, int]
STARTS = 24


def pairs(options: Mapping[str, Sequence[object]]) -> list[dict[str, object]]:
    """Return cases, one value for each option, so that any two values of two options meet in one of them.

    Greedy and deterministic: of the cases that grow from the pairs still missing, the one that brings most of them
    is taken, until none is missing.

    Args:
        options: The values that each option can have, at least one each.

    Returns:
        The cases, each with the options in their order.
    """
    names = list(options)
    if len(names) < 2:
        return [{name: value} for name in names for value in options[name]]
    missing: dict[Pair, None] = {
        (one, i, other, j): None
        for one, other in combinations(names, 2)
        for i, j in product(range(len(options[one])), range(len(options[other])))
    }
    cases = []
    while missing:
        grown = [_grow(start, options, missing) for start in islice(missing, STARTS)]
        best = max(grown, key=lambda case: len(_met(case, missing)))
        for pair in _met(best, missing):
            del missing[pair]
        cases.append({name: options[name][best[name]] for name in names})
    return cases


def _grow(start: Pair, options: Mapping[str, Sequence[object]], missing: Mapping[Pair, None]) -> dict[str, int]:
    """Complete a pair to a case, each option taking the value that brings most missing pairs."""
    one, i, other, j = start
    chosen = {one: i, other: j}
    for name in options:
        if name not in chosen:
            tries = [{**chosen, name: index} for index in range(len(options[name]))]
            chosen = max(tries, key=lambda case: len(_met({n: case[n] for n in options if n in case}, missing)))
    return {name: chosen[name] for name in options}


def _met(case: Mapping[str, int], missing: Mapping[Pair, None]) -> list[Pair]:
    """Return the missing pairs that a case has, whose options are in their order."""
    met = ((one, case[one], other, case[other]) for one, other in combinations(case, 2))
    return [pair for pair in met if pair in missing]
