"""Which backends a command works on."""

from __future__ import annotations

from collections.abc import Sequence

from dazzle_infra.backends import Backend, backend, backends
from dazzle_infra.errors import UsageError
from dazzle_infra.templates import EMBEDDED

__all__ = ["named_backends", "refuse_one_for_many"]


def named_backends(names: Sequence[str]) -> list[Backend]:
    """Return the backends of these names, each once; all of them where none is named.

    Raises:
        UsageError: There is no backend of a name.
    """
    return [backend(name) for name in dict.fromkeys(names)] or list(backends())


def refuse_one_for_many(template: str | None, names: Sequence[str], command: str) -> None:
    """Refuse a `--template` that would be the template of several backends.

    Args:
        template: What the option says.
        names: The backends of the run.
        command: The command, for the hint.

    Raises:
        UsageError: It names one repository, and there are several backends.
    """
    if template is not None and len(names) > 1 and template != EMBEDDED and "{name}" not in template:
        raise UsageError(
            f"--template names one template for {' and '.join(names)}",
            hint=f"name the backend: {command} --template …; or write {{name}} into the template",
        )
