"""The instances of a resource that are known without a plan: the keys of `for_each` that the files state literally."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dazzle_infra.backends.terraform.impact.folder import Declared
from dazzle_infra.backends.terraform.impact.keys import UNKNOWN, Keys, keys_of

__all__ = ["Scope", "base_of", "instances_of"]


@dataclass(frozen=True)
class Scope:
    """Where an expression stands.

    Attributes:
        folder: The folder.
        arguments: The arguments of the module call above, as the parser returns them.
        outer: Where the call stands; None in a root.
    """

    folder: Declared
    arguments: Mapping[str, object]
    outer: Scope | None = None

    def named(self, kind: str, name: str, depth: int) -> Keys:
        """Return the keys of what `KIND.NAME` means: a variable, a local value or the instances of a resource."""
        if kind == "var":
            return self._variable(name, depth)
        if kind == "local":
            return keys_of(self.local(name), self, depth)
        return keys_of(self.folder.repeats(f"{kind}.{name}")[1], self, depth)

    def local(self, name: str) -> object:
        """Return the expression of a local value, as the parser returns it."""
        return self.folder.local(name)

    def _variable(self, name: str, depth: int) -> Keys:
        """Return the keys of the argument, or else those of the default."""
        if name in self.arguments:
            return keys_of(self.arguments[name], self.outer, depth)
        return keys_of(self.folder.default(name), None, depth) if self.outer is not None else UNKNOWN


def instances_of(address: str, resource: str, scope: Scope) -> Keys:
    """Return the addresses of the instances of a resource, as far as the files state them.

    Args:
        address: The address of the resource, from the root.
        resource: Its address in its folder.
        scope: Where it is declared.
    """
    counts, each = scope.folder.repeats(resource)
    if counts:
        return UNKNOWN
    if each is None:
        return Keys(frozenset({address}), frozenset({address}))
    keys = keys_of(each, scope)
    possible = None if keys.possible is None else _addresses(address, keys.possible)
    return Keys(_addresses(address, keys.certain), possible)


def base_of(address: str) -> str:
    """Return the address of the resource that an address of an instance belongs to."""
    return address.partition('["')[0]


def _addresses(address: str, keys: frozenset[str]) -> frozenset[str]:
    return frozenset(f'{address}["{key}"]' for key in keys)
