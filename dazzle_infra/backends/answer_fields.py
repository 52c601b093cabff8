"""The tree of the fields of a template's answers, as a release of the template keeps it (`templates.fields`)."""

from __future__ import annotations

import types
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

__all__ = ["field_tree"]

_TYPES: dict[object, str] = {str: "str", int: "int", float: "float", bool: "bool", type(None): "null"}


def field_tree(model: type[BaseModel]) -> dict[str, Any]:
    """Return the fields of a model by their names, and what each holds, at every depth.

    A record is a mapping of its fields, a list holds one entry that stands for all, and a text names the types or
    lists the values that are accepted, separated by ` | `. The key `*` stands for every key of an open mapping.

    Raises:
        TypeError: A field has a type that the tree cannot express.
    """
    return {name: _node(field.annotation) for name, field in model.model_fields.items()}


def _node(annotation: object) -> Any:
    origin, arguments = get_origin(annotation), get_args(annotation)
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return field_tree(annotation)
    if origin in (list, tuple):
        return [_node(arguments[0])]
    if origin is dict:
        return {"*": _node(arguments[1])}
    if origin is Literal:
        return " | ".join(str(value) for value in arguments)
    if origin in (Union, types.UnionType):
        return _alternatives([_node(one) for one in arguments])
    if annotation in _TYPES:
        return _TYPES[annotation]
    raise TypeError(f"{annotation} has no place in a tree of fields")


def _alternatives(nodes: list[Any]) -> Any:
    """Return what stands for one of several; a record or a list may always be null instead."""
    structured = [node for node in nodes if not isinstance(node, str)]
    if not structured:
        return " | ".join(nodes)
    if len(structured) > 1 or any(node not in ("null", *structured) for node in nodes):
        raise TypeError(f"one of {nodes} has no place in a tree of fields")
    return structured[0]
