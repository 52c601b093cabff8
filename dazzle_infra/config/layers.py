"""A layer of configuration: the settings of one source, each with its location."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from dazzle_infra.config.tables import config_model, flat
from dazzle_infra.errors import UsageError, Where
from dazzle_infra.project.manifest import BackendTables
from dazzle_infra.project.manifest.problem import Problem
from dazzle_infra.project.manifest.problems import problems_of
from dazzle_infra.project.manifest.tables import Table
from dazzle_infra.templates import EMBEDDED
from dazzle_infra.templates.source import is_url
from dazzle_infra.values.words import KeyPath

__all__ = ["Kind", "Layer", "layer_of_words"]

Kind = Literal["option", "variable", "manifest", "user", "default"]


@dataclass(frozen=True)
class Layer:
    """The settings of one source.

    Attributes:
        kind: The kind of the source.
        values: The values by dotted keys, such as `docker.template`.
        places: The locations of the values, by dotted keys.
    """

    kind: Kind
    values: Mapping[str, object] = field(default_factory=dict)
    places: Mapping[str, Where] = field(default_factory=dict)

    def text(self, key: str) -> str | None:
        """Return the value of a key if it is a text, or None."""
        value = self.values.get(key)
        return value if isinstance(value, str) else None

    def template_of(self, backend: str) -> tuple[str, Where | None] | None:
        """Return the template that it names for a backend, by `NAME.template` or by `templates`, and its location."""
        outright, pattern = self.text(f"{backend}.template"), self.text("templates")
        if outright is not None:
            return outright, self.places.get(f"{backend}.template")
        if pattern is not None:
            return pattern.replace("{name}", backend), self.places.get("templates")
        return None


def layer_of_words(kind: Kind, words: Mapping[str, tuple[str, object]], tables: BackendTables) -> Layer:
    """Return the layer of options or variables.

    Args:
        kind: The kind of the layer: `option` or `variable`.
        words: The name of the option or variable and its value, by dotted keys.
        tables: The tables that the backends bring.

    Raises:
        UsageError: A value is invalid.
    """
    data: dict[str, object] = {}
    for key, (_, value) in words.items():
        _put(data, key.split("."), value)
    try:
        values = flat(config_model((*tables.names, *tables.custom)).model_validate(data))
    except ValidationError as error:
        first = problems_of(error, ("infra",), tables)[0]
        name, _ = words[".".join(str(part) for part in first.path[1:])]
        raise UsageError(f"{name}{first.says}", where=Where(key=name), hint=first.hint, code="configuration") from None
    places = {key: Where(key=name) for key, (name, _) in words.items()}
    return Layer(kind, anchored(values, Path.cwd()), places)


def anchored(values: Mapping[str, object], folder: Path) -> dict[str, object]:
    """Return the values with absolute paths of templates. Relative ones are relative to `folder`, not to a project."""
    return {
        key: _absolute(value, folder) if key.endswith(("template", "templates")) and isinstance(value, str) else value
        for key, value in values.items()
    }


def _absolute(template: str, folder: Path) -> str:
    return template if template == EMBEDDED or is_url(template) else str(folder / Path(template).expanduser())


def _put(data: dict[str, object], path: list[str], value: object) -> None:
    for part in path[:-1]:
        inner = data.setdefault(part, {})
        assert isinstance(inner, dict)  # noqa: S101 - made here
        data = inner
    data[path[-1]] = value


def unknown_keys(data: Mapping[str, object], table: type[Table], path: KeyPath, tables: BackendTables) -> list[Problem]:
    """Return a problem for each unknown key of the file."""
    from dazzle_infra.project.manifest.schema import known_keys
    from dazzle_infra.values.words import nearest, quoted, written

    found = []
    known = {field.alias or name: field for name, field in table.model_fields.items()}
    for key, value in data.items():
        inner = known.get(key)
        if inner is None:
            near = nearest(key, known)
            elsewhere = key in known_keys(path, tables)
            says = f"unknown key {quoted(key)} in {written(path, table=True)}"
            says += f"; did you mean {quoted(near)}?" if near else ""
            hint = "it is a key of dazzle.toml" if elsewhere else f"the keys are {', '.join(known)}"
            found.append(Problem((*path, key), says, hint, is_whole=True))
        elif isinstance(value, dict) and isinstance(inner.default, Table):
            found += unknown_keys(value, type(inner.default), (*path, key), tables)
    return found
