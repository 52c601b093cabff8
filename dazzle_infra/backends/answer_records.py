"""Records of answers that the templates of several backends ask for, after the vocabulary of templates."""

from __future__ import annotations

from dazzle_infra.values.records import Part
from dazzle_infra.workload.model import Engine, Role

__all__ = ["Binding", "Store", "Value"]


class Value(Part):
    """A variable with its value.

    Attributes:
        name: Its name.
        value: Its value.
    """

    name: str
    value: str


class Store(Part):
    """A service outside the image.

    Attributes:
        name: Unique among services and stores.
        engine: Its kind.
        version: Major version; empty if the engine has none.
        because: What it is for.
    """

    name: str
    engine: Engine
    version: str = ""
    because: str = ""


class Binding(Part):
    """A variable whose value the stack knows.

    Attributes:
        variable: Its name.
        role: What the value is.
        store: The store that it belongs to; empty for none, or for all stores of an engine.
        secret: Whether the value contains a secret.
        required: Whether the application needs it.
        because: What reads it.
    """

    variable: str
    role: Role
    store: str = ""
    secret: bool = False
    required: bool = False
    because: str = ""
