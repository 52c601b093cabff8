"""The format of help texts: without types of flags, with one example and the page of the documentation."""

from __future__ import annotations

from copy import copy
from typing import Any, TypeVar

from typer.core import TyperCommand, TyperGroup

from dazzle_infra.values.documentation import documentation
from dazzle_infra.values.program import program

__all__ = ["Command", "Group", "epilog"]

_PROGRAM = "dazzle infra"
_LABEL = "Documentation: "
_Shown = TypeVar("_Shown", bound=TyperCommand | TyperGroup)


def epilog(example: str, page: str) -> str:
    """Return the text below the help of a command.

    Args:
        example: A command, without the name of the program.
        page: The page of the documentation, with or without an anchor.
    """
    return f"Example: `{_PROGRAM} {example}`\n\n{_LABEL}{page}"


def _as_called(command: _Shown) -> _Shown:
    """Return a command whose epilog names the program as it was called, and a page that the user can open."""
    shown = copy(command)
    text, label, page = (command.epilog or "").replace(_PROGRAM, program()).rpartition(_LABEL)
    shown.epilog = f"{text}{label}{documentation(page)}" if label else page
    return shown


def _without_types(parameters: list[Any]) -> list[Any]:
    """Return the parameters without the types of flags and arguments, which the help does not need."""
    for parameter in parameters:
        if getattr(parameter, "is_flag", False) or parameter.param_type_name == "argument":
            parameter.display_type_rich = lambda ctx: None
    return parameters


class Command(TyperCommand):
    """A command."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return its options and arguments."""
        return _without_types(super().get_params(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        super(Command, _as_called(self)).format_help(ctx, formatter)


class Group(TyperGroup):
    """A command that has commands."""

    def get_params(self, ctx: Any) -> list[Any]:
        """Return its options."""
        return _without_types(super().get_params(ctx))

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write the help."""
        super(Group, _as_called(self)).format_help(ctx, formatter)
