"""Reading YAML that strangers wrote: a small text must not become a huge value, and a tag must not become an object.

PyYAML's own safe loader makes no objects of Python's, but it lets `<<` and aliases multiply: thirty lines are enough
for a value of a billion parts.
"""

from __future__ import annotations

from typing import Any

import yaml

__all__ = ["LARGEST_TEXT", "MOST_NODES", "read_yaml"]

LARGEST_TEXT = 1_000_000
"""Bytes; the largest `copier.yml` and answers file of ours have 10,000."""

MOST_NODES = 100_000
"""Parts of a document with every alias written out; ours have 1,000."""


def read_yaml(text: bytes | str, *, is_trusted: bool = False) -> list[Any]:
    """Return the documents of a YAML text that are not empty.

    Args:
        text: The text.
        is_trusted: Whether it is ours. libyaml reads it ten times faster then; text that is nested deeply enough
            makes it crash.

    Raises:
        yaml.YAMLError: It is no YAML, or more than the limits of this module allow.
    """
    if len(text) > LARGEST_TEXT:
        raise yaml.YAMLError(f"it has more than {LARGEST_TEXT:,} bytes")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text) if is_trusted else yaml.SafeLoader(text)
    documents = []
    try:
        while loader.check_node():
            node = loader.get_node()
            if node is not None and _size(node, {}) > MOST_NODES:
                raise yaml.YAMLError(f"it has more than {MOST_NODES:,} parts when its aliases are written out")
            documents.append(loader.construct_document(node))
    except (RecursionError, ValueError) as error:  # ValueError: a date that there is not
        raise yaml.YAMLError(str(error)) from error
    finally:
        loader.dispose()
    return [document for document in documents if document]


def _size(node: yaml.Node, known: dict[int, int]) -> int:
    """Count the parts of a node, what an alias stands for each time that it is named."""
    if id(node) not in known:
        known[id(node)] = MOST_NODES + 1  # until it is known: a node that holds itself has no end
        parts: list[yaml.Node] = []
        if isinstance(node, yaml.SequenceNode):
            parts = node.value
        elif isinstance(node, yaml.MappingNode):
            parts = [part for pair in node.value for part in pair]
        known[id(node)] = 1 + sum(_size(part, known) for part in parts)
    return known[id(node)]
