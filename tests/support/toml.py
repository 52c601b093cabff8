"""TOML documents for tests: an example, random values, and how they are written."""

from __future__ import annotations

import datetime
import json
import math

from hypothesis import strategies as st

from dazzle_infra.manifest import InfraTable

EXAMPLE = """
[infra]
backends = ["docker", "terraform"]

[infra.docker]
variant = "compose"
image_name = "my_app_image"

[infra.terraform]
root_module = "./infra/terraform"
cloud_provider = "aws"
environments = ["dev", "staging", "prod"]
"""
"""What a first dazzle.toml says of both backends."""
KEYS = st.text(st.characters(codec="utf-8"), max_size=12)


def toml_values() -> st.SearchStrategy[object]:
    """Return every kind of value that TOML knows."""
    plain = st.one_of(
        KEYS,
        st.integers(),
        st.booleans(),
        st.floats(),
        st.dates(),
        st.times().map(lambda time: time.replace(microsecond=0)),
        st.datetimes().map(lambda moment: moment.replace(microsecond=0)),
    )
    return st.recursive(
        plain,
        lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(KEYS, inner, max_size=3)),
        max_leaves=8,
    )


def written_value(value: object) -> str:
    """Write a value on one line, in every form that can break a naive reader."""
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return written_key(value)
        case float() if math.isnan(value) or math.isinf(value):
            return str(value)
        case datetime.date() | datetime.time():
            return value.isoformat()
        case list():
            return f"[{', '.join(map(written_value, value))}]"
        case dict():
            return f"{{ {', '.join(f'{written_key(key)} = {written_value(entry)}' for key, entry in value.items())} }}"
        case _:
            return str(value)


def written_key(key: str) -> str:
    """Write a key, or a text, as a basic string."""
    return json.dumps(key).replace("\x7f", "\\u007f") if key.isascii() else _escaped(key)


def _escaped(key: str) -> str:
    return '"' + "".join(c if c.isalnum() and c.isascii() else f"\\U{ord(c):08x}" for c in key) + '"'


def table_of(values: st.SearchStrategy[object]) -> st.SearchStrategy[dict[str, object]]:
    """Return tables whose keys are those of `[infra]`."""
    return st.dictionaries(st.sampled_from(sorted(InfraTable.model_fields)), values, max_size=4)
