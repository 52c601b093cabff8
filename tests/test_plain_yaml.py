"""YAML that strangers wrote is read alike, however deeply it is nested, or refused."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import yaml

from dazzle_infra.templates.plain_yaml import read_yaml


def nested(depth: int) -> object:
    return 1 if depth == 0 else [nested(depth - 1)]


SHAPES: dict[str, Callable[[int], str]] = {
    "brackets": lambda depth: "[" * depth + "1" + "]" * depth,
    "dashes": lambda depth: "- " * depth + "1",
    "lines": lambda depth: "\n".join(" " * level + "-" for level in range(depth)) + " 1",
}


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
@pytest.mark.parametrize("depth", [1, 30, 60])
def test_what_is_nested_is_read(shape: Callable[[int], str], depth: int) -> None:
    assert read_yaml(shape(depth)) == [nested(depth)]
    assert read_yaml(shape(depth).encode()) == [nested(depth)]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_what_is_nested_too_deeply_is_refused(shape: Callable[[int], str]) -> None:
    with pytest.raises(yaml.YAMLError):
        read_yaml(shape(1_200))
