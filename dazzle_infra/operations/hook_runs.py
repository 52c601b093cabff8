"""The hooks of a run: their selection for a backend, and their context."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from dazzle_infra.backends.application import Application
from dazzle_infra.backends.base import Backend
from dazzle_infra.backends.registry import backends, backends_of
from dazzle_infra.hooks.git_view import GitViewHook
from dazzle_infra.hooks.output_writable import OutputWritable
from dazzle_infra.hooks.protocol import Hook, HookContext
from dazzle_infra.hooks.registry import OWN, BrokenPackage, Registered, known_hooks
from dazzle_infra.hooks.running import HookRun
from dazzle_infra.hooks.selection import Selection, select
from dazzle_infra.hooks.tool_versions import ToolVersions
from dazzle_infra.operations.location import Location
from dazzle_infra.plugins.calls import PluginError
from dazzle_infra.project.manifest import Manifest
from dazzle_infra.values.placement import Place

__all__ = ["hook_run", "selection_of", "unusable_hooks"]

_FIRST: Final[tuple[Hook, ...]] = (OutputWritable(),)
_LAST: Final[tuple[Hook, ...]] = (GitViewHook(),)


def unusable_hooks() -> list[BrokenPackage]:
    """Return the packages whose hooks cannot be used."""
    usable, broken = _usable(backends())
    return [*broken, *known_hooks(_stated(usable))[1]]


def _usable(chosen: Sequence[Backend]) -> tuple[list[Backend], list[BrokenPackage]]:
    """Return the backends whose hooks are known, and the packages of the others."""
    usable, broken = [], []
    for one in chosen:
        try:
            one.hooks()
        except PluginError as error:
            broken.append(BrokenPackage(one.origin, error.message))
        else:
            usable.append(one)
    return usable, broken


def _stated(chosen: Sequence[Backend]) -> list[Registered]:
    of_backends = [Registered(hook, one.origin or OWN) for one in chosen for hook in one.hooks()]
    first = [*_FIRST, *(ToolVersions(one.tools) for one in chosen)]
    return [*(Registered(hook, OWN) for hook in first), *of_backends, *(Registered(hook, OWN) for hook in _LAST)]


def selection_of(project: Path, manifest: Manifest, backend: Backend, *, own_only: bool = False) -> Selection:
    """Return the hooks of a backend, as dazzle.toml and the installed packages have it.

    Args:
        project: The project's root.
        manifest: dazzle.toml.
        backend: The backend.
        own_only: Whether to leave out packages and the project.

    Raises:
        UsageError: dazzle.toml names a hook that does not exist, or options that cannot be; or hooks form a circle.
        PreconditionError: An executable of the project is not a file that can run.
    """
    own = _stated([backend])
    usable, broken = _usable(backends_of(manifest))
    selection = select(project, manifest, backend.name, own, _stated(usable), own_only=own_only)
    return replace(selection, broken=(*broken, *selection.broken)) if broken and not own_only else selection


def hook_run(
    application: Application,
    backend: Backend,
    location: Location,
    answers: Mapping[str, object],
    *,
    final_place: Place | None = None,
    dry_run: bool,
    is_update: bool = False,
    is_quiet: bool = False,
    own_only: bool = False,
) -> HookRun:
    """Return the hooks of a backend, ready to run.

    Args:
        application: The application.
        backend: The backend.
        location: Where its files are.
        answers: The answers of the template.
        final_place: Where its files are after the run, if that is another place.
        dry_run: Whether the run writes nothing.
        is_update: Whether the files exist and are updated.
        is_quiet: Whether the run prints no text.
        own_only: Whether to leave out packages and the project.

    Raises:
        UsageError: dazzle.toml names a hook that does not exist, or options that cannot be; or hooks form a circle.
        PreconditionError: An executable of the project is not a file that can run.
    """
    context = HookContext(
        project=application.project,
        application=application.manifest.name,
        appspec=application.appspec,
        make_workload=lambda: application.workload,
        requirements=application.inferred,
        backend=backend.name,
        root=location.root,
        place=location.place,
        final_place=final_place or location.place,
        answers=answers,
        dry_run=dry_run,
        is_update=is_update,
        is_quiet=is_quiet,
    )
    return HookRun(selection_of(application.project, application.manifest, backend, own_only=own_only), context)
