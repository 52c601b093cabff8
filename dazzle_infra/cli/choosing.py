"""The choice of the backends of a command."""

from __future__ import annotations

from collections.abc import Sequence

from dazzle_infra.backends import Backend, backend, backends_of
from dazzle_infra.errors import UsageError
from dazzle_infra.project.manifest import Manifest
from dazzle_infra.templates import EMBEDDED

__all__ = ["named_backends", "refuse_one_for_many"]


def named_backends(names: Sequence[str], manifest: Manifest) -> list[Backend]:
    """Return the backends with these names, without duplicates; those of dazzle.toml if there are no names.

    Args:
        names: The names.
        manifest: The dazzle.toml of the project.

    Raises:
        PluginError: The package of a backend cannot be used.
        UsageError: There is no backend with one of the names.
    """
    return [backend(name, manifest) for name in dict.fromkeys(names)] or list(backends_of(manifest))


def refuse_one_for_many(template: str | None, names: Sequence[str], command: str) -> None:
    """Refuse a `--template` that names one template for several backends.

    Args:
        template: The value of the option.
        names: The backends of the run.
        command: The command, for the hint.

    Raises:
        UsageError: The option names one template, and there are several backends.
    """
    if template is not None and len(names) > 1 and template != EMBEDDED and "{name}" not in template:
        raise UsageError(
            f"--template names one template for {' and '.join(names)}",
            hint=f"name the backend: {command} --template …; or use {{name}} in the template's URL",
        )
