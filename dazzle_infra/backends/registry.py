"""The backends that there are: those of this package, those of installed packages, and those that tests register."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module

from dazzle_infra import __version__
from dazzle_infra.backends.application import Application
from dazzle_infra.backends.base import Backend
from dazzle_infra.backends.contributions import ImageBuild
from dazzle_infra.backends.names import BUILT_IN, GROUP, REGISTERED, is_backend_name, reserved_names
from dazzle_infra.errors import PackagesError, UsageError
from dazzle_infra.plugins.discovery import Plugin, plugins
from dazzle_infra.project.manifest import BackendTables, CustomSettings, Manifest
from dazzle_infra.project.manifest.backend_tables import settings_in

__all__ = [
    "OWN_ORIGIN",
    "Unusable",
    "application_for",
    "backend",
    "backend_tables",
    "backends",
    "backends_of",
    "register_backend",
    "unusable_backends",
]

OWN_ORIGIN = f"dazzle-infra {__version__}"


@dataclass(frozen=True)
class Unusable:
    """A backend of another package that cannot be used.

    Attributes:
        name: The name of its entry point; empty if the entry points of the package cannot be read.
        package: The package.
        version: Its version.
        reason: What is wrong, as a sentence without its subject's package.
    """

    name: str
    package: str
    version: str
    reason: str

    def __str__(self) -> str:
        """Return the whole sentence."""
        what = (
            f"the backend {self.name} of {self.package} {self.version}"
            if self.name
            else f"{self.package} {self.version}"
        )
        return f"{what} cannot be used: {self.reason}"


def backends() -> tuple[Backend, ...]:
    """Return every backend that can be used, in the order in which they run."""
    return (*_installed(plugins(GROUP))[0], *REGISTERED)


def backends_of(manifest: Manifest) -> tuple[Backend, ...]:
    """Return every backend of a project: those of `backends`, and the templates of `[infra.custom.NAME]`."""
    custom = {name: one for name, one in settings_in(manifest.infra).items() if isinstance(one, CustomSettings)}
    if not custom:
        return backends()
    # Most projects have none, and most environments have no package with a backend.
    from dazzle_infra.backends.custom import custom_backend

    return (*backends(), *(custom_backend(name, one.template) for name, one in custom.items()))


def unusable_backends() -> tuple[Unusable, ...]:
    """Return the backends of installed packages that cannot be used."""
    return _installed(plugins(GROUP))[1]


def backend_tables() -> BackendTables:
    """Return the tables of dazzle.toml that the backends bring, and the backends that `all` generates by default."""
    usable = backends()
    names = {one.name for one in usable}
    return BackendTables(
        models=tuple((one.name, one.Settings) for one in usable),
        default=tuple(one.name for one in BUILT_IN if one.is_default),
        unusable=tuple(one.name for one in unusable_backends() if is_backend_name(one.name) and one.name not in names),
        reserved=reserved_names(),
    )


def backend(name: str, manifest: Manifest | None = None) -> Backend:
    """Return the backend of that name.

    Args:
        name: The name.
        manifest: The dazzle.toml of the project, for the backends of `[infra.custom.NAME]`.

    Raises:
        PluginError: Its package cannot be used.
        UsageError: There is none.
    """
    candidates = backends() if manifest is None else backends_of(manifest)
    for candidate in candidates:
        if candidate.name == name:
            return candidate
    for broken in unusable_backends():
        if broken.name == name:
            from dazzle_infra.plugins.calls import PluginError

            raise PluginError(str(broken), hint="update or uninstall the package")
    names = [candidate.name for candidate in candidates]
    near = difflib.get_close_matches(name, names, 1)
    raise UsageError(
        f"unknown backend {name!r}" + (f"; did you mean {near[0]}?" if near else ""),
        hint=f"the backends are {', '.join(names)}",
    )


def application_for(one: Backend, application: Application) -> Application:
    """Return the application with what a backend uses of the other backends that dazzle.toml enables."""
    if not one.uses:
        return application
    names = [name for name in application.manifest.infra.backends if name != one.name]
    others = [other for other in backends_of(application.manifest) if other.name in names]
    if "image" in one.uses:
        images = (_image_of(other, application) for other in others)
        application = replace(application, image=next((image for image in images if image is not None), None))
    if "targets" in one.uses:
        targets = ((other.name, other.target(application)) for other in others)
        named = tuple(replace(target, name=name) for name, target in targets if target is not None)
        application = replace(application, targets=named)
    return application


def _image_of(one: Backend, application: Application) -> ImageBuild | None:
    """Return how a backend builds the image; None where it cannot install the packages, which is its own error."""
    try:
        return one.image(application)
    except PackagesError:
        return None


@contextmanager
def register_backend(found: type[Backend] | Backend) -> Iterator[Backend]:
    """Add a backend to those of this process while the context is open, for tests of a backend.

    Args:
        found: The backend, or its class.

    Raises:
        PluginError: The backend cannot be used; the message states the reason.
    """
    from dazzle_infra.backends.admission import created, reason_to_refuse
    from dazzle_infra.backends.guarded import guarded
    from dazzle_infra.plugins.calls import PluginError, call

    one = call(lambda: created(found), "the backend")
    if (reason := reason_to_refuse(one, backends())) is not None:
        raise PluginError(f"the backend cannot be used: {reason}")
    one = guarded(one, f"the module {type(one).__module__}")
    REGISTERED.append(one)
    try:
        yield one
    finally:
        REGISTERED.remove(one)


@cache
def _installed(found: tuple[Plugin, ...]) -> tuple[tuple[Backend, ...], tuple[Unusable, ...]]:
    usable: list[Backend] = [getattr(import_module(one.module), one.kind)() for one in BUILT_IN]
    unusable: list[Unusable] = []
    for plugin in found:
        result = _loaded(plugin, usable, found)
        if isinstance(result, Backend):
            usable.append(result)
        else:
            unusable.append(Unusable(plugin.name, plugin.package, plugin.version, result))
    return tuple(usable), tuple(unusable)


def _loaded(plugin: Plugin, others: list[Backend], found: tuple[Plugin, ...]) -> Backend | str:
    """Return the backend of an entry point, or why it cannot be used."""
    entry_point = plugin.entry_point
    if entry_point is None:
        return "its entry points cannot be read"
    rivals = [one.origin for one in found if one.name == plugin.name and one is not plugin]
    if rivals:
        return f"{' and '.join(rivals)} provides a backend of that name too; uninstall one of them"
    if plugin.name in {one.name for one in BUILT_IN}:
        return "dazzle-infra has a backend of that name"
    from dazzle_infra.backends.admission import created, reason_to_refuse
    from dazzle_infra.backends.guarded import guarded
    from dazzle_infra.plugins.calls import call

    try:
        one = call(lambda: created(entry_point.load()), "its code")
        reason = call(lambda: reason_to_refuse(one, others), "its class")
        if reason is None and one.name != plugin.name:
            reason = f"its entry point has another name than the backend: {one.name!r}"
    except Exception as error:  # `call` leaves nothing but errors with a message
        return str(error)
    return guarded(one, plugin.origin) if reason is None else reason
