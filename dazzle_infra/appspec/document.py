"""Conversion of a parsed JSON document to the typed view of an AppSpec."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.appspec.references import Found, find_references
from dazzle_infra.errors import AppSpecError, Where

__all__ = ["EXPORT_HINT", "read_document"]

EXPORT_HINT = "export one with `dazzle build-api -m dazzle.toml -o DIR`; the file is DIR/appspec.json"

_IDENTIFIERS = ("name", "id", "key", "story_id", "entity", "topic")


def read_document(
    document: object,
    *,
    name: str,
    locate: Callable[[str], str] | None = None,
    may_refer: bool = True,
) -> AppSpec:
    """Return the typed view of a document.

    Args:
        document: The AppSpec as parsed from JSON.
        name: Name of the document in errors.
        locate: Makes the path of a source location relative to the project.
        may_refer: False if no text refers to a variable; then the document is not searched for references.

    Raises:
        AppSpecError: The document is not an AppSpec, or a part that inference reads has a wrong type.
    """
    if not isinstance(document, dict):
        raise AppSpecError(
            f"not an AppSpec: it contains {_kind(document)}, not an object", where=Where(name), hint=EXPORT_HINT
        )
    if missing := _missing(document):
        raise AppSpecError(f"not an AppSpec: {' and '.join(missing)}", where=Where(name), hint=EXPORT_HINT)
    context = {"locate": locate}
    # `references` is computed here; a key of that name in some version of the IR is unrelated.
    raw = {key: value for key, value in document.items() if key != "references"}
    if may_refer:
        raw["references"] = [_reference(found) for found in find_references(document)]
        raw["references"].sort(key=lambda found: (found["variable"], found["kind"], found["name"], found["key"]))
    try:
        appspec = AppSpec.model_validate(raw, context=context)
    except ValidationError as error:
        raise _explain(error, name) from None
    return appspec if appspec.title else appspec.model_copy(update={"title": appspec.name})


def _missing(document: Mapping[str, Any]) -> list[str]:
    """Name the keys that an AppSpec must have and that are absent or null."""
    domain = document.get("domain")
    inner = [("domain.entities", domain)] if isinstance(domain, dict) else []
    return [
        f"`{path}` is {'null' if key in table else 'missing'}"
        for path, table in (("name", document), ("domain", document), *inner)
        if table.get(key := path.rpartition(".")[2]) is None
    ]


def _reference(found: Found) -> dict[str, Any]:
    name = next((found.item[key] for key in _IDENTIFIERS if isinstance(found.item.get(key), str)), "")
    return {
        "variable": found.variable,
        "kind": _encodable(found.kind),
        "name": _encodable(name),
        "key": _encodable(found.key),
        "source": found.item.get("source") if isinstance(found.item.get("source"), dict) else None,
        "is_secret": found.key.rpartition(".")[2] == "secret_ref" or found.item.get("sensitive") is True,
        "is_platform": found.kind == "entity" and found.item.get("domain") == "platform",
    }


def _encodable(text: str) -> str:
    # JSON can contain half of a surrogate pair, which cannot be written to a file or a terminal.
    return text.encode("utf-8", "replace").decode()


_WANTED = {
    "bool_parsing": "a boolean",
    "bool_type": "a boolean",
    "dict_type": "an object",
    "float_type": "a number",
    "int_type": "a number",
    "list_type": "a list",
    "mapping_type": "an object",
    "model_attributes_type": "an object",
    "model_type": "an object",
    "string_type": "text",
    "tuple_type": "a list",
}
"""What a value must be, by the type of pydantic's error."""


def _explain(error: ValidationError, name: str) -> AppSpecError:
    first, *others = error.errors(include_url=False)
    key = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]).lstrip(".")
    if first["type"] == "missing":
        what = "is missing"
    elif first["type"] == "value_error":
        what = str(first["ctx"]["error"])
    elif first["type"] in _WANTED:
        what = f"is {_kind(first['input'])}, not {_WANTED[first['type']]}"
    else:
        what = f"is {_kind(first['input'])}: {first['msg'][:1].lower()}{first['msg'][1:]}"
    more = f" (+{len(others)} more)" if others else ""
    return AppSpecError(
        f"invalid AppSpec: {key} {what}{more}",
        where=Where(name, key=key),
        hint="export it again with Dazzle 0.112 or newer; if Dazzle wrote this file, report its version",
    )


def _kind(value: object) -> str:
    names = {bool: "a boolean", dict: "an object", float: "a number", int: "a number", list: "a list", str: "text"}
    return names.get(type(value), "null")
