"""The backends of `[infra.custom.NAME]`, for the commands and for completion. dazzle.toml is not validated here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

__all__ = ["custom_backends", "named_project"]

_FILE = "dazzle.toml"


def custom_backends(folder: Path) -> dict[str, str]:
    """Return a summary of each backend by its name; empty if there is no readable dazzle.toml.

    Args:
        folder: The folder of dazzle.toml, or one below it.
    """
    nearest = next((one for one in (folder.absolute(), *folder.absolute().parents) if (one / _FILE).exists()), None)
    try:
        if nearest is None or b"custom" not in (nearest / _FILE).read_bytes():
            return {}
    except OSError:
        return {}
    # Takes ten times as long as the rest of the help.
    from dazzle_infra.errors import DazzleInfraError
    from dazzle_infra.project.manifest.document import read_document
    from dazzle_infra.project.manifest.finding import find_project

    try:
        project = find_project(folder.resolve())
        custom = read_document(project).data["infra"]["custom"] if project is not None else {}
        return {str(name): _summary(table) for name, table in custom.items()}
    except (DazzleInfraError, OSError, AttributeError, TypeError, KeyError):
        return {}  # the command that reads the file reports the error


def _summary(table: object) -> str:
    template = table.get("template") if isinstance(table, dict) else None
    return f"the files of the template {template}" if isinstance(template, str) else "the files of a template"


def named_project(arguments: Sequence[str], before: Path | None) -> Path:
    """Return the folder that `-C` names, before the arguments of the command are parsed.

    Args:
        arguments: The words of the command line after the command.
        before: The folder that a `-C` before the command names.
    """
    if before is not None:
        return before
    words = list(arguments)
    for word, following in zip(words, [*words, ""][1:], strict=True):
        if word in ("-C", "--project"):
            return Path(following)
        for start in ("--project=", "-C"):
            if word.startswith(start):
                return Path(word.removeprefix(start))
    return Path()
