"""The members of a request, made of the values of a resource as a table of `resources` says.

A text names an argument, through blocks with dots. A mapping with one of `_WORDS` says how the member is made of the
argument. Any other mapping is a structure; it is left out where all its members are.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, Final

__all__ = ["member", "paths", "structure"]

_ADDED: Final = "20271127034000000000000001"
"""What the provider adds to a prefix: a time and a counter (terraform-plugin-sdk, `PrefixedUniqueId`)."""


def member(table: Any, values: dict[str, Any]) -> Any:
    """Return the value of a member, or None where the argument is not set."""
    if isinstance(table, str):
        return _argument(values, table)
    word = _word(table)
    if word is not None:
        return _WORDS[word](table, values)
    made = {key: member(part, values) for key, part in table.items()}
    return {key: part for key, part in made.items() if part is not None} or None


def structure(table: Any) -> dict[str, Any] | None:
    """Return the members of the structures that a table makes, or None where it makes none."""
    if isinstance(table, str):
        return None
    word = _word(table)
    if word in ("$block", "$each"):
        return structure(table["as"])
    return None if word else table


def paths(table: Any, around: str = "") -> Iterator[str]:
    """Yield the paths of the arguments that a table reads."""
    word = None if isinstance(table, str) else _word(table)
    if isinstance(table, str):
        yield around + table
    elif word in ("$block", "$each"):
        yield from paths(table["as"], f"{around}{table[word]}." if table[word] else around)
    elif word == "$tagged":
        yield f"{around}tags_all"
    elif word in ("$first", "$kind"):
        yield from (around + name for name in table[word])
    elif word == "$prefix":
        yield from (around + table[key] for key in ("$prefix", "or") if key in table)
    elif word and word != "$fixed" and isinstance(table[word], str):
        yield around + table[word]
    elif word != "$fixed":
        for part in (table[word] if word else table).values():
            yield from paths(part, around)


def _word(table: dict[str, Any]) -> str | None:
    return next((word for word in _WORDS if word in table), None)


def _argument(values: dict[str, Any], path: str) -> Any:
    """Return an argument; one that is an empty text or list is not sent."""
    found: Any = values
    for key in path.split(".") if path else []:
        if isinstance(found, list):
            found = found[0] if found else None
        found = found.get(key) if isinstance(found, dict) else None
    return None if found in ("", [], {}) else found


def _block(table: dict[str, Any], values: dict[str, Any]) -> Any:
    found = _argument(values, table["$block"])
    return member(table["as"], found[0]) or {} if found else None


def _each(table: dict[str, Any], values: dict[str, Any]) -> Any:
    if "if" in table and _argument(values, table["if"]) is None:
        return None
    parts = (_argument(values, table["$each"]) or []) if table["$each"] else [values]
    made = [member(table["as"], part) for part in parts]
    made = [one or {} for one in made if one or table["$each"]]
    return made or ([] if table.get("empty") else None)


def _tags(table: dict[str, Any], values: dict[str, Any]) -> Any:
    key, value = table.get("key", "Key"), table.get("value", "Value")
    tags = _argument(values, table["$tags"])
    return [{key: name, value: text} for name, text in tags.items()] if tags else None


def _tagged(table: dict[str, Any], values: dict[str, Any]) -> Any:
    tags = _tags({"$tags": "tags_all"}, values)
    return [{"ResourceType": table["$tagged"], "Tags": tags}] if tags else None


def _values(table: dict[str, Any], values: dict[str, Any]) -> Any:
    """Return arguments as a list of structures: by name, or one for each element of a list."""
    listed = table["$values"]
    if isinstance(listed, str):
        found = _argument(values, listed)
        return [{table["key"]: one} for one in found] if found else None
    made = {key: _argument(values, path) for key, path in listed.items()}
    return [{"Key": key, "Value": _written(value)} for key, value in made.items() if value is not None] or None


def _prefix(table: dict[str, Any], values: dict[str, Any]) -> Any:
    prefix = _argument(values, table["$prefix"])
    return f"{prefix}{_ADDED}" if prefix else _argument(values, table["or"]) if "or" in table else None


def _kind(table: dict[str, Any], values: dict[str, Any]) -> Any:
    """Return the name of the one block that is there, with hyphens."""
    return next((name.replace("_", "-") for name in table["$kind"] if values.get(name)), None)


def _of(make: Callable[[Any], Any], word: str) -> Callable[[dict[str, Any], dict[str, Any]], Any]:
    def made(table: dict[str, Any], values: dict[str, Any]) -> Any:
        found = _argument(values, table[word])
        return None if found is None else make(found)

    return made


def _written(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_WORDS: Final[dict[str, Callable[[dict[str, Any], dict[str, Any]], Any]]] = {
    # A structure of one block, `as` its members say, and a list of structures, one for each block; an empty name is
    # the resource itself, which is taken `if` an argument is set. An `empty` list is sent all the same.
    "$block": _block,
    "$each": _each,
    # One of two words, and the number of elements.
    "$choose": lambda table, values: table["of"].get(_argument(values, table["$choose"]), table.get("else")),
    "$count": lambda table, values: len(_argument(values, table["$count"]) or []),
    # The first argument that is set, a text that is always the same, and a name, made of its prefix `or` as it is.
    "$first": lambda table, values: next((one for path in table["$first"] if (one := _argument(values, path))), None),
    "$fixed": lambda table, values: table["$fixed"],
    "$prefix": _prefix,
    # Other types: true or false of a text, JSON of a text, a text of anything, a list of one, an empty structure.
    "$flag": _of(lambda found: {"true": True, "false": False}.get(_written(found), found), "$flag"),
    "$json": _of(json.loads, "$json"),
    "$list": _of(lambda found: [found], "$list"),
    "$present": _of(lambda found: {}, "$present"),
    "$text": _of(_written, "$text"),
    # Which of several blocks is there, a list of CloudFront's, tags of EC2 and of others, pairs of name and value.
    "$kind": _kind,
    "$quantity": _of(lambda found: {"Items": found, "Quantity": len(found)}, "$quantity"),
    "$tagged": _tagged,
    "$tags": _tags,
    "$values": _values,
}
