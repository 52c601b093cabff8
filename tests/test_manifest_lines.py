"""The line of any key is found, whatever the document looks like."""

from __future__ import annotations

import time
import tracemalloc
from dataclasses import dataclass, field

import pytest
import tomli
from hypothesis import given, settings
from hypothesis import strategies as st

from dazzle_infra.project.statements import Lines
from dazzle_infra.values.words import KeyPath
from tests.support.toml import toml_values, written_value

DECOYS = [
    "",
    "   ",
    "# k1 = 1",
    "  # [t0]",
]
MULTI_LINE = [
    '"""\nk1 = 1\n[t0]\n"""',
    '"""\\\n  k1 = \'\'\'\n  ]}"""',
    "'''\n[[t0]]\nk2 = \"\"\"\n'''",
    "'''a\n\n# k1\n'''",
    '[\n  1,  # k1 = ]\n\n  "k1 = [",\n]',
    "[\n[1, 2],\n[3],\n  { k1 = [\n  4] },\n]",
    "[ \"\"\"\n]\"\"\", '''\n}''']",
    '""""k1 = 1\n"quoted"""""',
]


@dataclass
class Draft:
    """A document in the making, and where its keys are.

    Attributes:
        lines: Its lines so far.
        places: The line of each key.
    """

    lines: list[str] = field(default_factory=list)
    places: dict[KeyPath, int] = field(default_factory=dict)

    def add(self, path: KeyPath, text: str) -> None:
        """Add a statement that sets the key."""
        for end in range(1, len(path) + 1):
            self.places.setdefault(path[:end], len(self.lines) + 1)
        self.lines.extend(text.split("\n"))


@st.composite
def drafts(draw: st.DrawFn) -> Draft:
    """Draw a document of every kind of table, key and value, with decoys between them."""
    draft = Draft()
    table: KeyPath = ()
    lengths: dict[str, int] = {}
    for number in range(draw(st.integers(1, 12))):
        draft.lines.extend(draw(st.lists(st.sampled_from(DECOYS), max_size=2)))
        match draw(st.sampled_from(["key", "key", "dotted", "quoted", "table", "array", "below"])):
            case "table":
                table = (f"t{number}", "x")
                draft.add(table, draw(st.sampled_from([f"[t{number}.x]", f" [ t{number} . 'x' ] # k1 = 1"])))
            case "array":
                name = draw(st.sampled_from(["a", "b"]))
                table = (name, lengths.setdefault(name, 0))
                lengths[name] += 1
                draft.add(table, f"[[{name}]]")
            case "below" if lengths:
                name = draw(st.sampled_from(sorted(lengths)))
                table = (name, lengths[name] - 1, f"below{number}")
                draft.add(table, f"[{name}.below{number}]")
            case kind:
                value = draw(st.one_of(st.sampled_from(MULTI_LINE), toml_values().map(written_value)))
                path = ("k", f"y{number}", "z") if kind == "dotted" else (f"k{number}",)
                spelled = f"'k{number}'" if kind == "quoted" else ".".join(path)
                draft.add((*table, *path), f"{spelled} = {value}")
    return draft


@settings(deadline=None, max_examples=40)
@given(draft=drafts(), ending=st.sampled_from(["\n", "\r\n"]))
def test_every_key_is_found_on_the_line_of_its_statement(draft: Draft, ending: str) -> None:
    text = ending.join(draft.lines)
    tomli.loads(text)
    lines = Lines(text)
    assert {path: lines.of(path) for path in draft.places} == draft.places


@settings(deadline=None)
@given(value=toml_values())
def test_what_is_inside_a_value_is_found_on_the_line_of_its_statement(value: object) -> None:
    lines = Lines(f"# comment\nother = 1\nkey = {written_value(value)}\n")
    paths: list[KeyPath] = [("key",)]
    while paths:
        path = paths.pop()
        assert lines.of(path) == 3
        inner = value
        for part in path[1:]:
            inner = inner[part]  # type: ignore[index]
        if isinstance(inner, dict):
            paths.extend((*path, key) for key in inner)
        elif isinstance(inner, list):
            paths.extend((*path, index) for index in range(len(inner)))


def test_a_key_that_is_not_set_is_placed_at_the_nearest_table() -> None:
    lines = Lines("[a.b]\nc = 1\n[[d]]\n[[d]]\ne = { f = 1 }\n")
    assert lines.of(("a", "b", "missing")) == 1
    assert lines.of(("d", 1, "missing")) == 4
    assert lines.of(("d", 1, "e", "missing")) == 5
    assert lines.of(("d", 7)) == 3
    assert lines.of(("missing",)) is None


def test_a_key_of_very_many_parts_is_placed_at_the_table_around_it() -> None:
    deep = ("a",) * 100
    assert Lines(f"x = 1\n[{'.'.join(deep)}]\ny = 1\n").of((*deep, "y")) == 2


@pytest.mark.parametrize(
    "text",
    [
        "a = [\n" + "[1],\n" * 50_000 + "]\n",
        "a = '''\n" + "]\n" * 100_000 + "'''\n",
        "".join(f"k{number} = 1\n" for number in range(20_000)),
        "".join(f"[k{number}{'.x' * 480}]\n" for number in range(300)),
        "".join(f"k{number} = {'[' * 300}{']' * 300}\n" for number in range(500)),
    ],
)
def test_a_very_long_document_costs_little_time(text: str) -> None:
    begun = time.monotonic()
    assert Lines(f"first = 1\n{text}").of(("first",)) == 1
    assert time.monotonic() - begun < 20


@pytest.mark.parametrize(
    "text",
    [
        "".join(f"[k{number}{'.x' * 480}]\n" for number in range(100)),
        "".join(f"k{number} = {'[' * 300}{']' * 300}\n" for number in range(200)),
    ],
)
def test_keys_of_very_many_parts_cost_little_memory(text: str) -> None:
    tracemalloc.start()
    try:
        assert Lines(f"first = 1\n{text}").of(("first",)) == 1
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()
