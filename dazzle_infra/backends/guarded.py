"""A backend of another package whose failures name the package."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from inspect import isfunction
from types import NoneType
from typing import Any, Final

from pydantic import BaseModel, model_validator

from dazzle_infra.backends.base import Backend, Capabilities, Folder, Provision, TemplateChoice
from dazzle_infra.backends.contributions import DeployTarget, ImageBuild
from dazzle_infra.backends.file_checks import FileCheck
from dazzle_infra.backends.identity import Kept, Replaced
from dazzle_infra.backends.impact import Impact
from dazzle_infra.backends.results import WrongResultError, checked
from dazzle_infra.backends.tools import Tool
from dazzle_infra.hooks import Hook
from dazzle_infra.plugins.calls import PluginError, call
from dazzle_infra.project.manifest import BackendSettings, CheckContext, Problem

__all__ = ["guarded"]

_STATED: Final = (
    *("api", "name", "summary", "template", "Answers"),
    *("placement", "secret_places", "required_files", "uses"),
)
"""What a backend states; the methods that it overrides are code."""

_RETURNS: Final[Mapping[str, tuple[type, ...]]] = {
    "answers": (BaseModel, Mapping),
    "because": (str,),
    "capabilities": (Capabilities,),
    "choice": (TemplateChoice,),
    "computed": (dict,),
    "directory": (str,),
    "image": (ImageBuild, NoneType),
    "impact": (Impact, NoneType),
    "provides": (Provision,),
    "settings": (BackendSettings,),
    "target": (DeployTarget, NoneType),
    "validate": (NoneType,),
    "variable": (str,),
    "vocabulary": (dict,),
}
_LISTS: Final[Mapping[str, type]] = {
    "dropped_folders": Folder,
    "file_checks": FileCheck,
    "findings": Tool,
    "hooks": Hook,
    "keys_of": tuple,
    "kept": Kept,
    "remains": str,
    "replaced": Replaced,
    "tools": Tool,
    "warnings": str,
}
"""Methods that return a sequence, and the type of its entries."""


def guarded(backend: Backend, origin: str) -> Backend:
    """Return a backend that calls another one, and whose errors name it and its package.

    Args:
        backend: The backend.
        origin: The package and its version.
    """
    what = f"the backend {backend.name} of {origin}"
    stated: dict[str, Any] = {name: getattr(backend, name) for name in _STATED}
    code = {
        name: _calling(name, backend, what)
        for name, member in vars(Backend).items()
        if isfunction(member) and getattr(type(backend), name) is not member
    }
    others = {"origin": origin, "Settings": _guarded_settings(backend.Settings, what)}
    made: type[Backend] = type(type(backend).__name__, (Backend,), stated | code | others)
    return made()


def _calling(name: str, backend: Backend, what: str) -> Callable[..., Any]:
    def method(_: Backend, *arguments: Any, **options: Any) -> Any:
        called = f"{what}, in {name},"
        found = call(lambda: getattr(backend, name)(*arguments, **options), called)
        entry = _LISTS.get(name)
        if entry is None and not isinstance(found, _RETURNS.get(name, (object,))):
            names = " or ".join(kind.__name__ for kind in _RETURNS[name])
            raise PluginError(f"{called} returned {type(found).__name__}; it must return {names}")
        if entry is not None and not (
            isinstance(found, Sequence) and not isinstance(found, str) and all(isinstance(one, entry) for one in found)
        ):
            raise PluginError(f"{called} did not return a list of {entry.__name__}")
        try:
            return checked(name, found)
        except WrongResultError as error:
            raise PluginError(f"{called} {error}") from error

    return method


def _guarded_settings(base: type[BackendSettings], what: str) -> type[BackendSettings]:
    """Return the model of a table whose validators name the package where they fail instead of refusing a value."""
    if base.__module__.startswith("dazzle_infra."):
        return base

    class Guarded(base):  # type: ignore[misc, valid-type]
        __doc__ = base.__doc__

        @model_validator(mode="wrap")
        @classmethod
        def _guard(cls, data: Any, handler: Callable[[Any], Any]) -> Any:
            refusal: list[Exception] = []

            def validate() -> Any:
                try:
                    return handler(data)
                except (ValueError, AssertionError) as error:  # how a validator refuses a value
                    refusal.append(error)
                    return None

            found = call(validate, f"{what}, in Settings,")
            if refusal:
                raise refusal[0]
            return found

        def problems(self, context: CheckContext) -> Iterator[Problem]:
            found = call(lambda: list(base.problems(self, context)), f"{what}, in problems,")
            if not all(isinstance(one, Problem) for one in found):
                raise PluginError(f"{what}, in problems, returned something else than problems")
            return iter(found)

    Guarded.__name__, Guarded.__qualname__ = base.__name__, base.__qualname__
    return Guarded
