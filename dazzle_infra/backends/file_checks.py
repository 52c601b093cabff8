"""Programs that check generated files; `template check` runs them on what a template renders."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["FileCheck", "Step"]


@dataclass(frozen=True)
class Step:
    """One run of the program.

    Attributes:
        arguments: Its arguments.
        folder: The folder to run it in.
        place: Where a failure is, relative to the rendered folder; empty for the folder itself.
        what: What fails, in a message; by default the command.
        variables: Variables of its environment.
        unavailable: What a failure says if the cause is the network and not the template; None if it never is.
    """

    arguments: tuple[str, ...]
    folder: Path
    place: str = ""
    what: str = ""
    variables: Mapping[str, str] = field(default_factory=dict)
    unavailable: re.Pattern[str] | None = None


@dataclass(frozen=True)
class FileCheck:
    """One check.

    Attributes:
        name: What reports call it.
        commands: Ways to run the program; the first one whose program is on PATH and works is taken.
        probe: Arguments that must succeed for that; empty for none.
        steps: Returns what to run for a rendered folder, in this order; a step that fails ends the check of the folder.
        nothing: What reports say if no folder has anything to check.
    """

    name: str
    commands: tuple[tuple[str, ...], ...]
    probe: tuple[str, ...]
    steps: Callable[[Path], Sequence[Step]]
    nothing: str = "nothing to check is rendered"
