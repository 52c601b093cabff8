"""Reading untrusted YAML, with limits for the expansion of aliases and without tags for Python objects.

PyYAML's safe loader creates no Python objects, but it expands `<<` and aliases without a limit: thirty lines can become
a value with a billion parts.
"""

from __future__ import annotations

from typing import Any

import yaml

__all__ = ["LARGEST_TEXT", "MOST_NODES", "read_yaml"]

LARGEST_TEXT = 1_000_000
"""The largest text, in bytes; the embedded `copier.yml` and answers files have at most 10,000."""

MOST_NODES = 100_000
"""The largest number of nodes of a document with expanded aliases; embedded ones have at most 1,000."""


_DEEPEST = 500
"""The largest depth for which libyaml is used; it crashes at a depth of about 2,000 per megabyte of stack."""


def read_yaml(text: bytes | str) -> list[Any]:
    """Return the documents of a YAML text that are not empty.

    Raises:
        yaml.YAMLError: The text is not YAML, or exceeds the limits of this module.
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
    """Return whether a text is certainly not deeply nested.

    A nested part is in brackets or is indented further; a list in a mapping can have the same indentation.
    """
    raw = text.encode(errors="replace") if isinstance(text, str) else text
    return 2 * max(map(len, raw.split(b"\n"))) + raw.count(b"[") + raw.count(b"{") <= _DEEPEST


def _size(node: yaml.Node, known: dict[int, int]) -> int:
    """Count the nodes of a node, with aliases expanded at each use."""
    if id(node) not in known:
        known[id(node)] = MOST_NODES + 1  # until it is counted: a node that contains itself is infinite
        parts: list[yaml.Node] = []
        if isinstance(node, yaml.SequenceNode):
            parts = node.value
        elif isinstance(node, yaml.MappingNode):
            parts = [part for pair in node.value for part in pair]
        known[id(node)] = 1 + sum(_size(part, known) for part in parts)
    return known[id(node)]
