"""What becomes of the managed things when files change: dropped, moved, let go, or not to be known."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from dazzle_infra.addresses.folder import folders_of
from dazzle_infra.addresses.model import Address, Addresses, MovedAddress
from dazzle_infra.addresses.roots import roots_of

__all__ = ["addresses_after"]

_SAYING = re.compile(
    rb"""
    ^[ \t]*(?:(?:resource|module)\b[ \t]*["A-Za-z_]|(?:moved|removed)[ \t]*\{|(?:from|to|destroy)[ \t]*=).*$
    |^.*(?:/\*|\*/|<<).*$
    """,
    re.MULTILINE | re.VERBOSE,
)
_TELLING = re.compile(rb"(?:moved|removed|from|to|destroy)\b|.*(?:/\*|\*/|<<)")
_CALL = re.compile(rb'^[ \t]*module[ \t]+"[^"]+"[ \t]*\{\s*source\s*=\s*"[^"]*"[ \t]*$', re.MULTILINE)


def addresses_after(before: Mapping[str, bytes], after: Mapping[str, bytes], stateful: Iterable[str]) -> Addresses:
    """Compare what is managed before and after.

    Args:
        before: The `.tf` files by their paths.
        after: The same, after the change.
        stateful: Types of resources that hold data.

    Returns:
        What was managed and is not any more. Where a file cannot be read, what it declares is not counted, and the
        file is named.
    """
    if _only_adds(before, after):
        return Addresses()
    old, new = folders_of(before), folders_of(after)
    unknown = {
        path for side in (old, new) for one in side.values() for path, file in one.files.items() if not file.is_known
    }
    roots = roots_of(old)
    now = roots_of(new, iter(roots))
    dropped: dict[str, list[str]] = {}
    moved: dict[tuple[str, str], list[str]] = {}
    forgotten: dict[str, list[str]] = {}
    for path, root in roots.items():
        for address, files in root.managed.items():
            there = now[path].renamed(address)
            if there in now[path].managed:
                if there != address:
                    moved.setdefault((address, there), []).append(path)
            elif now[path].is_forgotten(address):
                forgotten.setdefault(address, []).append(path)
            elif not unknown.intersection(files):
                dropped.setdefault(address, []).append(path)
    kinds = set(stateful)
    lost = tuple(Address(address, tuple(paths)) for address, paths in sorted(dropped.items()))
    return Addresses(
        dropped=lost,
        stateful=tuple(one for one in lost if _kind(one.address) in kinds),
        moved=tuple(MovedAddress(old, new, tuple(paths)) for (old, new), paths in sorted(moved.items())),
        forgotten=tuple(Address(address, tuple(paths)) for address, paths in sorted(forgotten.items())),
        unknown=tuple(sorted(unknown)),
    )


def _only_adds(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> bool:
    """Say whether no line is gone, and none new that matters, from which an address could be dropped or moved.

    Most updates are such, and parsing takes longer than all the rest of them. Where this is not sure it says no.
    """
    changed = [path for path in {*before, *after} if before.get(path) != after.get(path)]
    old, new = _lines(changed, before), _lines(changed, after)
    if old is None or new is None:
        return False
    return old <= new and not any(_TELLING.match(line) for _, line in new - old)


def _lines(paths: Iterable[str], tree: Mapping[str, bytes]) -> Counter[tuple[str, bytes]] | None:
    """Count what declares or hides, with its folder; None where the source of a module is not seen."""
    found: Counter[tuple[str, bytes]] = Counter()
    for path in paths:
        lines = [line.strip() for line in _SAYING.findall(tree.get(path, b""))]
        calls = [b" ".join(call.split()) for call in _CALL.findall(tree.get(path, b""))]
        if len(calls) != sum(line.startswith(b"module") for line in lines):
            return None
        found.update((posixpath.dirname(path), text) for text in [*lines, *calls])
    return found


def _kind(address: str) -> str:
    return address.split(".")[-2]
