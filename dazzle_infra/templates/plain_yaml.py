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


_DEEPEST = 500
"""Parts inside each other that libyaml is given; it crashes at some 2,000 for each megabyte of stack."""


def read_yaml(text: bytes | str) -> list[Any]:
    """Return the documents of a YAML text that are not empty.

    Raises:
        yaml.YAMLError: It is no YAML, or more than the limits of this module allow.
    """
    if len(text) > LARGEST_TEXT:
        raise yaml.YAMLError(f"it has more than {LARGEST_TEXT:,} bytes")
    # libyaml is ten times faster.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text) if _is_flat(text) else yaml.SafeLoader(text)
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


def _is_flat(text: bytes | str) -> bool:
    """Say whether a text is surely not nested deeply.

    A part inside another is in brackets, or begins further to the right; a list in a mapping, at the same place.
    """
    raw = text.encode(errors="replace") if isinstance(text, str) else text
    return 2 * max(map(len, raw.split(b"\n"))) + raw.count(b"[") + raw.count(b"{") <= _DEEPEST


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
