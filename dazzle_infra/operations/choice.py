"""The choice of a backend's template and version, by the order of precedence of the settings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dazzle_infra.backends.application import Application, Project
from dazzle_infra.backends.base import Backend
from dazzle_infra.config import Layer
from dazzle_infra.errors import Where
from dazzle_infra.templates import EMBEDDED, source_of

__all__ = ["Chosen", "choose"]


@dataclass(frozen=True)
class Chosen:
    """The chosen template and version.

    Attributes:
        template: A git URL or a path; None for the recorded template, or else the embedded one.
        ref: A tag, a range or a branch; None for the newest release.
        answers: Answers to questions that a fork added.
        template_place: The location of the setting of the template, if there is one.
        ref_place: The location of the setting of `ref`, if there is one.
    """

    template: str | None
    ref: str | None
    answers: Mapping[str, object]
    template_place: Where | None = None
    ref_place: Where | None = None

    def where(self, *path: str | int) -> Where:
        """Return the location for an error about the template or its version."""
        place = self.ref_place if path[-1] == "ref" else self.template_place
        return place or self.ref_place or self.template_place or Where()

    @property
    def is_named(self) -> bool:
        """Whether a setting names a template or a version."""
        return self.template is not None or self.ref is not None


def choose(application: Application | Project, backend: Backend, recorded: str | None = None) -> Chosen:
    """Return the choice by options, variables, dazzle.toml and the user's file, in this order of precedence.

    A `ref` belongs to the template of the same source: if a source of higher precedence names a template, the `ref` of
    a source of lower precedence is ignored.

    Args:
        application: The application.
        backend: The backend.
        recorded: The URL of the template that rendered its existing files, or None. With existing files, the user's
            file has no effect, because its settings are for new applications.
    """
    layers = _layers(application, backend)
    name, user = backend.name, layers[-1]
    counted = layers if recorded is None else layers[:-1]
    templates = [_of_backend(layer.template_of(name), backend) for layer in counted]
    index = next((number for number, found in enumerate(templates) if found is not None), None)
    if index is not None:
        counted = counted[: index + 1]
    elif recorded is not None and _names(user, name, recorded):
        counted = layers
    key = f"{name}.ref"
    found = templates[index] if index is not None else None
    by = next((layer for layer in counted if layer.text(key) is not None), None)
    return Chosen(
        template=found[0] if found is not None else None,
        ref=by.text(key) if by is not None else None,
        answers=backend.choice(application.manifest).answers,
        template_place=found[1] if found is not None else None,
        ref_place=by.places.get(key) if by is not None else None,
    )


def _of_backend(found: tuple[str, Where | None] | None, backend: Backend) -> tuple[str, Where | None] | None:
    """Return the template that a layer names, with `embedded` replaced by the backend's own template."""
    if found is None or found[0] != EMBEDDED:
        return found
    return backend.source, found[1]


def _layers(application: Application | Project, backend: Backend) -> Sequence[Layer]:
    config, manifest, name = application.config, application.manifest, backend.name
    choice = backend.choice(manifest)
    said = {f"{name}.template": choice.template, f"{name}.ref": choice.ref, "templates": manifest.infra.templates}
    values = {key: value for key, value in said.items() if value is not None}
    places = {key: manifest.where(*_path(backend, key)) for key in values}
    return (config.options, config.variables, Layer("manifest", values, places), config.user)


def _path(backend: Backend, key: str) -> tuple[str, ...]:
    """Return the path in dazzle.toml of a key such as `docker.template` or `templates`."""
    return (*backend.table, key.rpartition(".")[2]) if "." in key else ("infra", key)


def _names(layer: Layer, name: str, recorded: str) -> bool:
    found = layer.template_of(name)
    return source_of(name, found[0] if found is not None else None, None) == recorded
