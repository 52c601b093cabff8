"""All settings, each with its origin."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dazzle_infra.cache.location import CACHE_DIR, cache_directory
from dazzle_infra.config.config import Config
from dazzle_infra.config.layers import Kind, Layer
from dazzle_infra.config.tables import defaults
from dazzle_infra.errors import Where
from dazzle_infra.project.manifest import Manifest
from dazzle_infra.project.manifest.backend_tables import settings_in

__all__ = ["Setting", "manifest_layer", "settings_of"]


@dataclass(frozen=True)
class Setting:
    """One setting.

    Attributes:
        key: The dotted key, relative to `[infra]`.
        value: The effective value; None if there is none.
        kind: The kind of its origin.
        where: The location of its origin; None for a default.
    """

    key: str
    value: Any
    kind: Kind
    where: Where | None = None


def manifest_layer(manifest: Manifest) -> Layer:
    """Return the layer of dazzle.toml, with the keys that other sources can set too."""
    values: dict[str, object] = {"templates": manifest.infra.templates}
    for name, settings in settings_in(manifest.infra).items():
        if name in manifest.tables.custom:
            continue
        values |= {f"{name}.template": settings.template, f"{name}.ref": settings.ref}
    present = {key: value for key, value in values.items() if value is not None}
    return Layer("manifest", present, {key: manifest.where("infra", *key.split(".")) for key in present})


def settings_of(config: Config, manifest: Manifest, environment: dict[str, str]) -> list[Setting]:
    """Return all settings, sorted by key; of nested tables (`env`, `entry_points`, …) only those of dazzle.toml."""
    layers = (config.options, config.variables, manifest_layer(manifest), config.user)
    shared = [_setting(key, default, layers) for key, default in defaults(manifest.tables.names).items()]
    named = environment.get(CACHE_DIR)
    cache = Setting("cache.directory", str(cache_directory()), "default")
    if named:
        cache = Setting(cache.key, cache.value, "variable", Where(key=CACHE_DIR))
    known = {setting.key for setting in shared}
    others = [setting for setting in _of_manifest(manifest) if setting.key not in known]
    return sorted([*shared, cache, *others], key=lambda setting: setting.key)


def _setting(key: str, default: object, layers: tuple[Layer, ...]) -> Setting:
    for layer in layers:
        if key in layer.values:
            return Setting(key, layer.values[key], layer.kind, layer.places.get(key))
    return Setting(key, default, "default")


def _of_manifest(manifest: Manifest) -> Iterator[Setting]:
    tables = manifest.tables.names
    whole = manifest.infra.model_dump(mode="json", by_alias=True)
    written = manifest.infra.model_dump(mode="json", by_alias=True, exclude_unset=True)
    for name, value in whole.items():
        path = (name,)
        inner = value.items() if name in tables else ()
        for key, entry in inner:
            shown = written.get(name, {}).get(key, {}) if isinstance(entry, dict) else entry
            yield from _leaves(manifest, (name, key), shown)
        if name not in tables:
            yield from _leaves(manifest, path, written.get(name, {}) if isinstance(value, dict) else value)


def _leaves(manifest: Manifest, path: tuple[str, ...], value: Any) -> Iterator[Setting]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _leaves(manifest, (*path, key), inner)
    elif manifest.says("infra", *path):
        yield Setting(".".join(path), value, "manifest", manifest.where("infra", *path))
    else:
        yield Setting(".".join(path), value, "default")
