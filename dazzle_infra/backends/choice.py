"""Which template and which version a backend takes: what is said nearest to the person wins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dazzle_infra.backends.base import Application, Backend
from dazzle_infra.config import Layer
from dazzle_infra.errors import Where
from dazzle_infra.templates import source_of

__all__ = ["Chosen", "choose"]


@dataclass(frozen=True)
class Chosen:
    """The choice.

    Attributes:
        template: A git URL or a path; None for the embedded one, or the recorded one where there is one.
        ref: A tag, a range or a branch; None for the newest release.
        answers: Answers to questions that a fork added.
        template_place: Where the template was named, if it was.
        ref_place: Where `ref` was named, if it was.
    """

    template: str | None
    ref: str | None
    answers: Mapping[str, object]
    template_place: Where | None = None
    ref_place: Where | None = None

    def where(self, *path: str | int) -> Where:
        """Return the place to name in an error about the template or its version."""
        place = self.ref_place if path[-1] == "ref" else self.template_place
        return place or self.ref_place or self.template_place or Where()

    @property
    def is_named(self) -> bool:
        """Whether anything was said at all."""
        return self.template is not None or self.ref is not None


def choose(application: Application, backend: Backend, recorded: str | None = None) -> Chosen:
    """Return what options, variables, dazzle.toml and the user's file choose, in this order.

    A `ref` belongs to the template that it stands beside: where a place nearer to the person names another template,
    the `ref` of a place farther off does not count.

    Args:
        application: The application.
        backend: The backend.
        recorded: The URL of the template that made its files, where there are some. What a person set for new
            applications then changes nothing.
    """
    layers = _layers(application, backend)
    name, user = backend.name, layers[-1]
    counted = layers if recorded is None else layers[:-1]
    templates = [layer.template_of(name) for layer in counted]
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
        answers=backend.template(application.manifest).answers,
        template_place=found[1] if found is not None else None,
        ref_place=by.places.get(key) if by is not None else None,
    )


def _layers(application: Application, backend: Backend) -> Sequence[Layer]:
    config, manifest, name = application.config, application.manifest, backend.name
    choice = backend.template(manifest)
    said = {f"{name}.template": choice.template, f"{name}.ref": choice.ref, "templates": manifest.infra.templates}
    values = {key: value for key, value in said.items() if value is not None}
    places = {key: manifest.where("infra", *key.split(".")) for key in values}
    return (config.options, config.variables, Layer("manifest", values, places), config.user)


def _names(layer: Layer, name: str, recorded: str) -> bool:
    found = layer.template_of(name)
    return source_of(name, found[0] if found is not None else None, None) == recorded
