"""Warnings about backends of other packages that cannot be used."""

from __future__ import annotations

from dazzle_infra.backends.registry import unusable_backends
from dazzle_infra.cli.output import Output

__all__ = ["note_unusable_backends"]


def note_unusable_backends(output: Output) -> None:
    """Print one warning for each backend that cannot be used."""
    for one in unusable_backends():
        output.note(f"warning: {one}")
