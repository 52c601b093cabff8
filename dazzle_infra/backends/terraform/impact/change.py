"""What becomes of the managed things when files change: dropped, moved, let go, or not to be known."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from collections.abc import Iterable, Mapping

from dazzle_infra.backends.impact import Address, Impact, MovedAddress
from dazzle_infra.backends.terraform.impact.folder import folders_of
from dazzle_infra.backends.terraform.impact.instances import base_of
from dazzle_infra.backends.terraform.impact.roots import roots_of

__all__ = ["addresses_after"]

_TELLING = re.compile(rb"(?:moved|removed|from|to|destroy)\b|.*(?:/\*|\*/|<<)")
_EACH = b"for_each"
_TEXT = re.compile(rb'(?P<name>(?!source\b)[\w"-]+ ?=) ?"(?:[^"\\]|\\.)*"')
_QUOTED = re.compile(rb'"[^"\\]*"')
_TEXTS = re.compile(rb'(?P<name>[\w"-]+ ?=) ?\[(?P<texts>(?:[ ,]*"[^"\\]*")*[ ,]*)\]')
_CALL = re.compile(rb'^[ \t]*module[ \t]+"[^"]+"[ \t]*\{\s*source\s*=\s*"[^"]*"[ \t]*$', re.MULTILINE)


def addresses_after(before: Mapping[str, bytes], after: Mapping[str, bytes], stateful: Iterable[str]) -> Impact:
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
        return Impact()
    old, new = folders_of(before), folders_of(after)
    unknown = {
        path for side in (old, new) for one in side.values() for path, file in one.files.items() if not file.is_known
    }
    roots = roots_of(old)
    now = roots_of(new, iter(roots))
    dropped: dict[str, dict[str, None]] = {}
    moved: dict[tuple[str, str], dict[str, None]] = {}
    forgotten: dict[str, dict[str, None]] = {}
    for path, root in roots.items():
        for resource, files in root.managed.items():
            for address in sorted(root.stated(resource)):
                is_stated = address in root.instances[resource].certain
                there = now[path].renamed(address)
                if now[path].manages(there, is_stated=is_stated):
                    if there != address:
                        moved.setdefault(_without_equal_keys(address, there), {})[path] = None
                elif now[path].is_forgotten(address) or now[path].is_forgotten(there):
                    forgotten.setdefault(resource, {})[path] = None
                elif not unknown.intersection(files) and not (there != address and now[path].is_partly(unknown)):
                    dropped.setdefault(address, {})[path] = None
    kinds = set(stateful)
    lost = tuple(Address(address, tuple(paths)) for address, paths in sorted(dropped.items()))
    return Impact(
        dropped=lost,
        stateful=tuple(one for one in lost if _kind(one.address) in kinds),
        moved=tuple(MovedAddress(old, new, tuple(paths)) for (old, new), paths in sorted(moved.items())),
        forgotten=tuple(Address(address, tuple(paths)) for address, paths in sorted(forgotten.items())),
        unknown=tuple(sorted(unknown)),
    )


def _only_adds(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> bool:
    """Say whether nothing is gone, and nothing new that matters, from which an address could be dropped or moved.

    Most updates are such, and parsing takes longer than all the rest of them. Where this is not sure it says no.
    """
    changed = [path for path in {*before, *after} if before.get(path) != after.get(path)]
    if any(after.get(path, b"").count(_EACH) > before[path].count(_EACH) for path in changed if path in before):
        return False  # a resource that had one instance may have keys now
    old, new = _lines(changed, before), _lines(changed, after)
    if old is None or new is None:
        return False
    return old <= new and not any(_TELLING.match(line) for _, line in new - old)


def _lines(paths: Iterable[str], tree: Mapping[str, bytes]) -> Counter[tuple[str, bytes]] | None:
    """Count what declares or hides, with its folder; None where the source of a module is not seen.

    Of an argument with a text, the name alone counts; of a list of texts, each of them does.
    """
    found: Counter[tuple[str, bytes]] = Counter()
    for path in paths:
        content, folder = tree.get(path, b""), posixpath.dirname(path)
        # The layout of a file changes with its longest name, so that spaces do not count.
        shortened = (b" ".join(line.split()) for line in content.splitlines())
        lines = [line for line in shortened if line and not line.startswith(b"#")]
        calls = [b" ".join(call.split()) for call in _CALL.findall(content)]
        if len(calls) != sum(line.startswith(b"module") for line in lines):
            return None
        found.update((folder, text) for line in lines for text in _counted(line))
        found.update((folder, call) for call in calls)
    return found


def _counted(line: bytes) -> Iterable[bytes]:
    if match := _TEXT.fullmatch(line):
        return (match["name"],)
    if match := _TEXTS.fullmatch(line):
        return (match["name"], *(match["name"] + text for text in _QUOTED.findall(match["texts"])))
    return (line,)


def _kind(address: str) -> str:
    return base_of(address).split(".")[-2]


def _without_equal_keys(old: str, new: str) -> tuple[str, str]:
    """Return the addresses of the resources where an instance keeps its key, so that each resource is named once."""
    bases = base_of(old), base_of(new)
    return bases if old[len(bases[0]) :] == new[len(bases[1]) :] else (old, new)
