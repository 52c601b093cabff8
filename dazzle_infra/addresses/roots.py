"""Everything that a root manages: its own resources, and those of the modules that it calls."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from dazzle_infra.addresses.folder import Declared

__all__ = ["Root", "TooManyError", "roots_of"]

_MOST = 3_000
"""Addresses, moves and calls of one root; ours has 200. Modules that call each other twice double with each level."""

_DEEPEST = 100
"""Calls from a root down to a module; ours has one."""

_MOVES = 20
"""Moves that one address is followed through."""


class TooManyError(ValueError):
    """Modules call each other so often that nobody could mean it: what the root manages is not known."""


@dataclass
class Root:
    """What is managed from one folder in which Terraform is run.

    Attributes:
        path: The folder.
        managed: Each address, and the files that say so: where it is declared, and where the modules above are called.
        moved: Addresses and what they are called now.
        removed: Addresses, and whether what they name is destroyed.
        calls: How often modules are called.
    """

    path: str
    managed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    moved: list[tuple[str, str]] = field(default_factory=list)
    removed: dict[str, bool] = field(default_factory=dict)
    calls: int = 0

    def renamed(self, address: str) -> str:
        """Return what an address is called after all moves, which may follow each other."""
        for _ in range(min(len(self.moved), _MOVES)):
            for old, new in self.moved:
                if _within(address, old):
                    address = new + address[len(old) :]
                    break
            else:
                return address
        return address

    def is_forgotten(self, address: str) -> bool:
        """Say whether Terraform lets go of an address without destroying what it names."""
        return any(_within(address, old) and not destroyed for old, destroyed in self.removed.items())


def roots_of(folders: Mapping[str, Declared], paths: Iterator[str] | None = None) -> dict[str, Root]:
    """Return what each root manages.

    Args:
        folders: What each folder declares.
        paths: The roots; by default the folders that no other one calls as a module.

    Raises:
        TooManyError: A root has more than anybody could mean.
    """
    called = {
        source
        for folder in folders.values()
        for file in folder.files.values()
        for call in file.calls.values()
        if (source := folder.source(call)) is not None
    }
    found = {}
    for path in paths if paths is not None else (path for path in folders if path not in called):
        found[path] = Root(path)
        _collect(found[path], folders, path, "", (), ())
    return found


def _collect(
    root: Root,
    folders: Mapping[str, Declared],
    path: str,
    prefix: str,
    through: tuple[str, ...],
    above: tuple[str, ...],
) -> None:
    folder = folders.get(path)
    if folder is None or path in above:
        return
    root.calls += 1
    if len(above) > _DEEPEST or root.calls + len(root.managed) + len(root.moved) + len(root.removed) > _MOST:
        raise TooManyError(f"{root.path}: modules call each other too often")
    for name, file in folder.files.items():
        here = (*through, name)
        root.managed |= {prefix + resource: here for resource in file.resources}
        root.moved += [(prefix + old, prefix + new) for old, new in file.moved]
        root.removed |= {prefix + old: destroyed for old, destroyed in file.removed}
        for call, source in file.calls.items():
            target = folder.source(source)
            if target is None:
                root.managed[f"{prefix}module.{call}"] = here
            else:
                _collect(root, folders, target, f"{prefix}module.{call}.", here, (*above, path))


def _within(address: str, outer: str) -> bool:
    return address == outer or address.startswith(f"{outer}.")
