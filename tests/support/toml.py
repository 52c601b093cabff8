"""TOML documents for tests: an example, random values, how they are written, and how a dazzle.toml is refused."""

from __future__ import annotations

import datetime
import json
import math
from pathlib import Path

import pytest
from hypothesis import strategies as st

from dazzle_infra.backends import backend_tables
from dazzle_infra.errors import ExitCode, ManifestError
from dazzle_infra.project.manifest.schema import known_keys
from tests.support.manifests import manifest_in
from tests.support.trees import build_tree

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
    return st.dictionaries(st.sampled_from(sorted(known_keys(("infra",), backend_tables()))), values, max_size=4)


def refused(folder: Path, text: str) -> ManifestError:
    """Write a dazzle.toml that is refused, and return what is said of it."""
    with pytest.raises(ManifestError) as caught:
        manifest_in(build_tree(folder, {"dazzle.toml": text}))
    return caught.value


def assert_refused(folder: Path, text: str, message: str, line: int, key: str) -> None:
    """Assert that a dazzle.toml is refused, with the key and its line, and that message or hint states the reason."""
    error = refused(folder, text)
    assert error.exit_code == ExitCode.USAGE
    assert error.where is not None
    assert (error.where.file, error.where.line, error.where.key) == ("dazzle.toml", line, key)
    assert error.message.startswith((key, "unknown key"))
    assert message in f"{error.message}\n{error.hint}"
