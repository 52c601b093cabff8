"""One layer of configuration: what one place says, each value with its own place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from pydantic import ValidationError

from dazzle_infra.config.tables import ConfigTable, flat
from dazzle_infra.errors import UsageError, Where
from dazzle_infra.manifest.problems import Problem, problems_of
from dazzle_infra.manifest.words import KeyPath
from dazzle_infra.templates import EMBEDDED
from dazzle_infra.templates.source import is_url

__all__ = ["Kind", "Layer", "layer_of_words"]

Kind = Literal["option", "variable", "manifest", "user", "default"]


@dataclass(frozen=True)
class Layer:
    """What one place says.

    Attributes:
        kind: The place.
        values: By dotted keys, such as `docker.template`.
        places: Where each value stands.
    """

    kind: Kind
    values: Mapping[str, object] = field(default_factory=dict)
    places: Mapping[str, Where] = field(default_factory=dict)

    def text(self, key: str) -> str | None:
        """Return a value that is a text, or None."""
        value = self.values.get(key)
        return value if isinstance(value, str) else None

    def template_of(self, backend: str) -> tuple[str, Where | None] | None:
        """Return the template that it names for a backend, outright or by `templates`, and where."""
        outright, pattern = self.text(f"{backend}.template"), self.text("templates")
        if outright is not None:
            return outright, self.places.get(f"{backend}.template")
        if pattern is not None:
            return pattern.replace("{name}", backend), self.places.get("templates")
        return None


def layer_of_words(kind: Kind, words: Mapping[str, tuple[str, object]]) -> Layer:
    """Return the layer of options or variables.

    Args:
        kind: Which of the two.
        words: By dotted keys: the name of the option or variable, and its value.

    Raises:
        UsageError: A value cannot be.
    """
    data: dict[str, object] = {}
    for key, (_, value) in words.items():
        _put(data, key.split("."), value)
    try:
        values = flat(ConfigTable.model_validate(data))
    except ValidationError as error:
        first = problems_of(error, ("infra",))[0]
        name, _ = words[".".join(str(part) for part in first.path[1:])]
        raise UsageError(f"{name}{first.says}", where=Where(key=name), hint=first.hint, code="configuration") from None
    places = {key: Where(key=name) for key, (name, _) in words.items()}
    return Layer(kind, anchored(values, Path.cwd()), places)


def anchored(values: Mapping[str, object], folder: Path) -> dict[str, object]:
    """Return the values with paths of templates made absolute: they are not relative to a project."""
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


def unknown_keys(data: Mapping[str, object], table: type[ConfigTable], path: KeyPath) -> list[Problem]:
    """Return a problem for each key of the file that there is not."""
    from dazzle_infra.manifest.schema import known_keys
    from dazzle_infra.manifest.tables import Table
    from dazzle_infra.manifest.words import nearest

    found = []
    for key, value in data.items():
        inner = table.model_fields.get(key)
        if inner is None:
            near = nearest(key, table.model_fields)
            elsewhere = key in known_keys(path)
            says = " is not a key of the configuration" + (f"; did you mean {near}?" if near else "")
            hint = "it is one of dazzle.toml" if elsewhere else f"the keys are {', '.join(table.model_fields)}"
            found.append(Problem((*path, key), says, hint))
        elif isinstance(value, dict) and isinstance(inner.default, Table):
            found += unknown_keys(value, type(inner.default), (*path, key))  # type: ignore[arg-type]
    return found
