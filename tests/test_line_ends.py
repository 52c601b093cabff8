"""Line ends after an update: as the user has them, to the byte where nothing else changed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dazzle_infra.merging.line_endings import to_crlf, to_lf
from dazzle_infra.merging.merge import merge
from dazzle_infra.merging.store import Blob

TEXT = b"".join(b"line %d\n" % number for number in range(20))
CRLF = TEXT.replace(b"\n", b"\r\n")
pieces = st.lists(st.sampled_from([b"a", b"b", b"\r", b"\n", b"\r\n", b"\r\r\n", b"\0"]), max_size=12).map(b"".join)


@given(pieces)
def test_a_conversion_to_lf_can_be_reverted(content: bytes) -> None:
    assert content in (to_lf(content), to_crlf(to_lf(content)))


@given(yours=pieces, base=pieces, new=pieces)
def test_a_file_that_one_side_left_alone_comes_back_to_the_byte(yours: bytes, base: bytes, new: bytes) -> None:
    old = {"a": Blob(base), "b": Blob(b"1\n")}
    template = {"a": Blob(base), "b": Blob(b"2\n"), "c": Blob(new)}
    outcome = merge(old, template, template, old | {"a": Blob(yours)}, "v2")
    assert outcome.tree == {"a": Blob(yours), "b": Blob(b"2\n"), "c": Blob(new)}


@pytest.mark.parametrize(
    "yours",
    [b"1\r\r\n2\r\r\n", b"1\r\n2\n3", b"1\r\n2\r\n3", b"1\n2\r", b"\r\n\r\r\n", b"1\r2\r\n"],
    ids=["doubled", "mixed", "no end", "lone", "empty", "old mac"],
)
def test_unusual_line_ends_stay_in_a_file_that_the_template_moves(yours: bytes) -> None:
    base = {"old/a": Blob(TEXT), "old/b": Blob(b"other 1\nother 2\nother 3\n")}
    new = {path.replace("old", "new"): blob for path, blob in base.items()}
    outcome = merge(base, new, new, base | {"old/own": Blob(yours)}, "v2")
    assert outcome.tree == new | {"new/own": Blob(yours)}


def test_crlf_follows_the_file_and_not_its_name() -> None:
    base = {"one/a": Blob(TEXT), "two/b": Blob(b"")}
    new = {"three/c": Blob(TEXT + b"more\n"), "two/b": Blob(b""), "four/a": Blob(b"new\n")}
    outcome = merge(base, new, new, base | {"one/a": Blob(CRLF)}, "v2")
    assert outcome.tree == {"three/c": Blob(CRLF + b"more\r\n"), "two/b": Blob(b""), "four/a": Blob(b"new\n")}
    assert outcome.moved == {"three/c": "one/a"}
