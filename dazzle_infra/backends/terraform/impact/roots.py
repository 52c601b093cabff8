"""Everything that a root manages: its own resources, and those of the modules that it calls."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping, Set
from dataclasses import dataclass, field

from dazzle_infra.backends.terraform.impact.folder import Declared
from dazzle_infra.backends.terraform.impact.instances import Scope, base_of, instances_of
from dazzle_infra.backends.terraform.impact.keys import UNKNOWN, Keys

__all__ = ["Root", "TooManyError", "roots_of"]

_MOST = 3_000
"""Limit of addresses, moves and calls of one root; the template has 200. Nested double calls grow exponentially."""

_DEEPEST = 100
"""Limit of nested module calls; the template has one."""

_MOVES = 20
"""Moves that one address is followed through."""


class TooManyError(ValueError):
    """The module calls exceed the limits, so the resources of the root are unknown."""


@dataclass
class Root:
    """What is managed from one folder in which Terraform is run.

    Attributes:
        path: The folder.
        managed: Each address, and the files that say so: where it is declared, and where the modules above are called.
        instances: The addresses of the instances of each address, as far as the files state them.
        moved: Addresses and what they are called now.
        removed: Addresses, and whether what they name is destroyed.
        calls: How often modules are called.
    """

    path: str
    managed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    instances: dict[str, Keys] = field(default_factory=dict)
    moved: list[tuple[str, str]] = field(default_factory=list)
    removed: dict[str, bool] = field(default_factory=dict)
    calls: int = 0

    def stated(self, address: str) -> frozenset[str]:
        """Return the addresses of the instances of an address, and the address itself where there can be others."""
        found = self.instances[address]
        return found.certain if found.possible == found.certain else found.certain | {address}

    def manages(self, address: str, *, is_stated: bool) -> bool:
        """Say whether an address is managed.

        Args:
            address: The address of a resource or of an instance.
            is_stated: Whether the files state that there is such an instance; if not, the resource alone counts.
        """
        base = base_of(address)
        if base not in self.managed:
            return False
        possible = self.instances[base].possible
        return possible is None or not is_stated or address in possible

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

    def is_partly(self, unknown: Set[str]) -> bool:
        """Say whether one of the root's own files is unknown, so that the target of a move may be declared in it."""
        return any(posixpath.dirname(path) == self.path for path in unknown)

    def is_forgotten(self, address: str) -> bool:
        """Say whether Terraform forgets an address without destroying what it names."""
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
        if path in folders:
            _collect(found[path], folders, Scope(folders[path], {}), "", (), ())
    return found


def _collect(
    root: Root,
    folders: Mapping[str, Declared],
    scope: Scope,
    prefix: str,
    through: tuple[str, ...],
    above: tuple[str, ...],
) -> None:
    folder = scope.folder
    root.calls += 1
    if len(above) > _DEEPEST or root.calls + len(root.managed) + len(root.moved) + len(root.removed) > _MOST:
        raise TooManyError(f"{root.path}: too many module calls")
    for name, file in folder.files.items():
        here = (*through, name)
        for resource in file.resources:
            root.managed[prefix + resource] = here
            root.instances[prefix + resource] = instances_of(prefix + resource, resource, scope)
        root.moved += [(prefix + old, prefix + new) for old, new in file.moved]
        root.removed |= {prefix + old: destroyed for old, destroyed in file.removed}
        for call, source in file.calls.items():
            target = folder.source(source)
            if target is None:
                root.managed[f"{prefix}module.{call}"] = here
                root.instances[f"{prefix}module.{call}"] = UNKNOWN
            elif target in folders and target not in (*above, folder.path):
                inner = Scope(folders[target], file.arguments[call], scope)
                _collect(root, folders, inner, f"{prefix}module.{call}.", here, (*above, folder.path))


def _within(address: str, outer: str) -> bool:
    return address == outer or address.startswith((f"{outer}.", f"{outer}["))
