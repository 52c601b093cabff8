"""Mounts `dazzle infra` on Dazzle's command line, in whatever order the two packages were installed.

`dazzle_infra_mount.pth` calls `activate` at each start of Python; from Python 3.15 on, `dazzle_infra_mount.start` does
(PEP 829). Therefore this module is small, uses the standard library alone and never raises. `dazzle_infra.mount` has
the rest and is imported when `dazzle` is.
"""

import sys

TYPE_CHECKING = False  # the real one is slow to import
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

__all__ = ["Finder", "activate"]


class Finder:
    """Meta-path finder for `dazzle` and `dazzle.cli`; other modules are left to the other finders."""

    @staticmethod
    def find_spec(
        name: str, path: "Sequence[str] | None" = None, target: "ModuleType | None" = None
    ) -> "ModuleSpec | None":
        """Return the spec of a module that `dazzle_infra.mount` changes, or None."""
        if name not in {"dazzle", "dazzle.cli"}:
            return None
        try:
            from dazzle_infra.mount import find_spec

            return find_spec(name, path, target, [other for other in sys.meta_path if other is not Finder])
        except Exception:  # Dazzle must work without dazzle-infra, whatever is wrong with it.
            return None


def activate() -> None:
    """Register the finder, unless it is registered already or `DAZZLE_INFRA_MOUNT` is 0."""
    try:
        import os

        if os.environ.get("DAZZLE_INFRA_MOUNT") != "0" and Finder not in sys.meta_path:
            sys.meta_path.insert(0, Finder)
    except Exception:  # noqa: S110 - an error here would be printed at each start of Python
        pass
