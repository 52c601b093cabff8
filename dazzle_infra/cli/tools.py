"""Printing tools, with the consequence of a missing one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from dazzle_infra.backends.tools import Tool
from dazzle_infra.cli.output import Output
from dazzle_infra.cli.printer import unbroken

__all__ = ["print_tools"]

_INDENT: Final = 9


def print_tools(output: Output, tools: Sequence[Tool]) -> None:
    """Print a line for each tool, with the consequence if it is missing."""
    for tool in tools:
        problem = ("error  ", "bold red") if tool.is_required else ("note   ", "yellow")
        mark = ("ok     ", "green") if tool.is_well else problem
        output.line("  ", mark, f"{tool.name:<24}", unbroken(tool.found or "missing"), hang=_INDENT)
        if tool.meaning:
            output.line(" " * _INDENT, (tool.meaning, "dim"), hang=_INDENT)
