"""What a backend of another package must state, so that the others and the commands go on working with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from dazzle_infra.backends.answers import Answers
from dazzle_infra.backends.base import Backend, Placement
from dazzle_infra.backends.names import reserved_names
from dazzle_infra.backends.results import WrongResultError, checked
from dazzle_infra.project.manifest import BackendSettings
from dazzle_infra.project.manifest.backend_tables import settings_model
from dazzle_infra.templates import TEMPLATE_NAMES
from dazzle_infra.templates.source import is_url
from dazzle_infra.values.names import BACKEND_NAME
from dazzle_infra.values.paths import OutputFolder, checked_source, contains
from dazzle_infra.values.placement import TOP
from dazzle_infra.values.rules import RefusedError

__all__ = ["API", "created", "reason_to_refuse"]

_USES = ("image", "targets")
API = 1
"""The version of the interface of backends."""


def created(found: object) -> Backend:
    """Return the backend that an entry point names: an instance, or one of the class.

    Raises:
        TypeError: It is neither.
    """
    if isinstance(found, type) and issubclass(found, Backend):
        return found()
    if isinstance(found, Backend):
        return found
    what = found.__name__ if isinstance(found, type) else f"an object of the type {type(found).__name__}"
    raise TypeError(f"{what} is not a subclass of dazzle_infra.backends.Backend, nor an instance of one")


def reason_to_refuse(backend: Backend, others: Iterable[Backend]) -> str | None:
    """Return why a backend cannot be used, or None if it can.

    Args:
        backend: The backend.
        others: The backends that are used already.
    """
    if backend.api != API:
        return f"it is written for version {backend.api!r} of the interface; this dazzle-infra has version {API}"
    for attribute in ("name", "summary", "template"):
        value = getattr(backend, attribute, None)
        if not isinstance(value, str) or not value.strip() or not value.isprintable():
            return f"`{attribute}` must be one line of text; it is {value!r}"
    taken = {other.name: other for other in others}
    return (
        _wrong_name(backend.name, taken)
        or _wrong_types(backend)
        or _wrong_template(backend)
        or _wrong_settings(backend)
        or _wrong_directory(backend, taken.values())
    )


def _wrong_name(name: str, taken: Mapping[str, Backend]) -> str | None:
    try:
        BACKEND_NAME.check(name)
    except RefusedError as refused:
        return f"its name {name!r} {refused.says}"
    if name in reserved_names():
        return f"its name {name!r} is reserved"
    return f"there is another backend {name!r}" if name in taken else None


def _wrong_types(backend: Backend) -> str | None:
    if not (isinstance(backend.Settings, type) and issubclass(backend.Settings, BackendSettings)):
        return "`Settings` must be a subclass of dazzle_infra.backends.BackendSettings"
    if not (isinstance(backend.Answers, type) and issubclass(backend.Answers, Answers)):
        return "`Answers` must be a subclass of dazzle_infra.backends.Answers"
    if not isinstance(backend.placement, Placement):
        return "`placement` must be a dazzle_infra.backends.Placement"
    uses, places = backend.uses, backend.secret_places
    if not isinstance(uses, tuple | list) or not all(one in _USES for one in uses):
        return '`uses` must be a tuple of "image" and "targets"'
    if not isinstance(places, Mapping) or not all(isinstance(one, str) for pair in places.items() for one in pair):
        return "`secret_places` must be a mapping of texts"
    try:
        checked("capabilities", backend.capabilities())
    except WrongResultError as error:
        return f"`capabilities` {error}"
    return None


def _wrong_template(backend: Backend) -> str | None:
    template = backend.template
    if template not in TEMPLATE_NAMES and not is_url(template) and not Path(template).is_absolute():
        return f"its template {template!r} must be a git URL, an absolute path, or the name of an embedded template"
    try:
        checked_source(template)
    except RefusedError as refused:
        return f"its template {refused.says}"
    return None


def _wrong_settings(backend: Backend) -> str | None:
    try:
        model = settings_model(backend.name, backend.Settings)
        stated = model()
        model.model_json_schema()
    except Exception as error:  # whatever pydantic says of a model
        first = str(error).strip().partition("\n")[0]
        return f"`Settings` cannot be used: a table needs a default for each key, and types of TOML ({first})"
    if stated.output == TOP and backend.placement is Placement.FILES:
        return None
    try:
        TypeAdapter(OutputFolder).validate_python(stated.output)
    except ValidationError as error:
        says = error.errors(include_url=False, include_input=False)[0]["msg"]
        return f"its directory {stated.output!r} {says.removeprefix('Value error, ')}"
    return None


def _wrong_directory(backend: Backend, others: Iterable[Backend]) -> str | None:
    """Keep the default directories apart: a message about dazzle.toml would name keys that it does not set."""
    own = settings_model(backend.name, backend.Settings)().output
    for other in others:
        directory = settings_model(other.name, other.Settings)().output
        if TOP in (own, directory):
            continue
        if contains(own, directory) or contains(directory, own):
            return f"its directory {own} overlaps with {directory} of the backend {other.name!r}"
    return None
