"""The merge of an update: git's own, in two steps; every line that a person wrote is still there."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dazzle_infra.merging.changes import ChangeSet, Sides
from dazzle_infra.merging.classify import classify
from dazzle_infra.merging.merge import merge
from dazzle_infra.merging.store import Blob
from tests.support.exhaustive import exhaustive_except
from tests.support.histories import assert_nothing_is_lost

Files = Mapping[str, str]
TEXT = "".join(f"line {number}\n" for number in range(1, 13))


def blobs(files: Files) -> dict[str, Blob]:
    return {path: Blob(text.encode()) for path, text in files.items()}


def changed(
    base: Files, new: Files, yours: Files, middle: Files | None = None
) -> tuple[dict[str, str], dict[str, str], ChangeSet]:
    """Merge, and return the files afterwards, the class of each that is not unchanged, and the change set."""
    sides = Sides(blobs(base), blobs(new), blobs(yours))
    outcome = merge(sides.base, blobs(new if middle is None else middle), sides.new, sides.yours, "v1.1.0")
    changes = classify(sides, outcome)
    after = {path: blob.content.decode() for path, blob in outcome.tree.items()}
    return after, {change.path: change.kind for change in changes.changes}, changes


def edited(text: str = TEXT, line: int = 2, by: str = "mine") -> str:
    return text.replace(f"line {line}\n", f"{by} {line}\n")


@pytest.mark.parametrize(
    ("base", "new", "yours", "after", "kinds"),
    [
        pytest.param({"a": TEXT}, {"a": TEXT}, {"a": edited()}, {"a": edited()}, {}, id="an edit alone is not pending"),
        pytest.param(
            {"a": TEXT}, {"a": edited(line=9)}, {"a": TEXT}, {"a": edited(line=9)}, {"a": "updated"}, id="updated"
        ),
        pytest.param(
            {"a": TEXT},
            {"a": edited(line=9)},
            {"a": edited()},
            {"a": edited(edited(line=9))},
            {"a": "merged"},
            id="merged",
        ),
        pytest.param(
            {"a": TEXT}, {"a": TEXT, "b": "b\n"}, {"a": TEXT}, {"a": TEXT, "b": "b\n"}, {"b": "added"}, id="added"
        ),
        pytest.param(
            {"a": TEXT, "b": "b\n"}, {"a": TEXT}, {"a": TEXT, "b": "b\n"}, {"a": TEXT}, {"b": "removed"}, id="removed"
        ),
        pytest.param(
            {"a": TEXT, "b": TEXT},
            {"a": TEXT},
            {"a": TEXT, "b": edited()},
            {"a": TEXT, "b": edited()},
            {"b": "kept-edited"},
            id="an edited file that the template drops stays, and is a decision",
        ),
        pytest.param(
            {"a": TEXT, "b": "b\n"},
            {"a": edited(), "b": "b\n"},
            {"b": "b\n"},
            {"b": "b\n"},
            {"a": "kept-deleted"},
            id="a deleted file stays deleted",
        ),
        pytest.param(
            {"a": TEXT},
            {"d/a": edited(line=9)},
            {"a": edited()},
            {"d/a": edited(edited(line=9))},
            {"a": "removed", "d/a": "moved"},
            id="an edit follows a file that the template moves",
        ),
        pytest.param(
            {"a": TEXT},
            {"a": edited(line=9)},
            {"mine/a": edited()},
            {"mine/a": edited(edited(line=9))},
            {"mine/a": "merged"},
            id="a file that the user moved still gets fixes",
        ),
        pytest.param({}, {"a": "theirs\n"}, {"a": "theirs\n"}, {"a": "theirs\n"}, {}, id="both added the same"),
        pytest.param(
            {"a": TEXT}, {"a": TEXT}, {"a": TEXT, "own": "x\n"}, {"a": TEXT, "own": "x\n"}, {}, id="own files stay"
        ),
        pytest.param(
            {"a": TEXT},
            {"a": TEXT, "own/b": "b\n"},
            {"a": TEXT, "own": "x\n"},
            {"a": TEXT, "own": "x\n"},
            {"own": "conflict"},
            id="a folder of the template's where the user has a file",
        ),
        pytest.param(
            {"a": TEXT},
            {"a": TEXT, "own": "b\n"},
            {"a": TEXT, "own/x": "x\n"},
            {"a": TEXT, "own/x": "x\n"},
            {"own": "conflict"},
            id="a file of the template's where the user has a folder",
        ),
        pytest.param(
            {"a": TEXT},
            {"a": TEXT, "README.md": "theirs\n"},
            {"a": TEXT, "readme.md": "mine\n"},
            {"a": TEXT, "readme.md": "mine\n"},
            {"README.md": "conflict"},
            id="two names that differ only in case",
        ),
    ],
)
@pytest.mark.parametrize("step", ["version", "answers"])
def test_each_file_gets_its_class(
    base: Files,
    new: Files,
    yours: Files,
    after: Files,
    kinds: dict[str, str],
    step: str,
    request: pytest.FixtureRequest,
) -> None:
    # A change of answers never renames, which is a test of its own.
    renames = "template moves" in request.node.callspec.id
    found, classes, _ = changed(base, new, yours, middle=new if step == "version" or renames else base)
    assert found == after
    assert classes == kinds


def test_edits_of_one_line_conflict_with_labels_for_both_sides() -> None:
    found, classes, changes = changed({"a": TEXT}, {"a": edited(by="theirs")}, {"a": edited()})
    assert classes == {"a": "conflict"}
    assert "<<<<<<< your-edits\nmine 2\n=======\ntheirs 2\n>>>>>>> template-v1.1.0\n" in found["a"]
    assert changes.changes[0].detail == "line 2"
    assert changes.has_conflicts
    stages = changes.changes[0].stages
    assert stages is not None
    assert [side.content.decode() for side in (stages.base, stages.yours, stages.theirs) if side] == [
        TEXT,
        edited(),
        edited(by="theirs"),
    ]


def test_a_change_of_answers_never_carries_an_edit_into_another_file() -> None:
    base = {"envs/dev.tf": TEXT, "main.tf": "main\n"}
    new = {"envs/staging.tf": TEXT, "main.tf": "main\n"}
    yours = {"envs/dev.tf": edited(), "main.tf": "main\n"}
    found, classes, _ = changed(base, new, yours, middle=base)
    assert found == {"envs/dev.tf": edited(), "envs/staging.tf": TEXT, "main.tf": "main\n"}
    assert classes == {"envs/dev.tf": "kept-edited", "envs/staging.tf": "added"}


@pytest.mark.parametrize(
    ("base", "new", "yours", "expected"),
    [
        (b"1\n2\n3\n4\n5\n", b"1\n2\n3\n4\nfive\n", b"one\r\n2\r\n3\r\n4\r\n5\r\n", b"one\r\n2\r\n3\r\n4\r\nfive\r\n"),
        (b"1\n2\n3\n4\n5\n", b"1\n2\n3\n4\nfive\n", b"one\r\n2\n3\n4\n5\n", b"one\r\n2\n3\n4\nfive\n"),
        (b"1\r\n2\r\n3\r\n4\r\n", b"1\r\n2\r\n3\r\nfour\r\n", b"one\n2\n3\n4\n", b"one\n2\n3\nfour\n"),
        (b"\0\r\n2\r\n", b"\0\r\n2\r\n3\r\n", b"\0\r\n2\r\n", b"\0\r\n2\r\n3\r\n"),
        (b"1\n2", b"1\n2\n3\n4", b"1\n2", b"1\n2\n3\n4"),
    ],
    ids=["crlf", "mixed", "template-crlf", "binary", "no-newline-at-end"],
)
def test_line_ends_are_kept_as_the_user_has_them(base: bytes, new: bytes, yours: bytes, expected: bytes) -> None:
    outcome = merge({"a": Blob(base)}, {"a": Blob(new)}, {"a": Blob(new)}, {"a": Blob(yours)}, "v1.1.0")
    assert outcome.tree["a"].content == expected


def test_binary_files_that_both_changed_keep_the_users_side() -> None:
    sides = Sides({"a": Blob(b"\0base")}, {"a": Blob(b"\0new")}, {"a": Blob(b"\0mine")})
    outcome = merge(sides.base, sides.new, sides.new, sides.yours, "v1.1.0")
    assert outcome.tree["a"].content == b"\0mine"
    assert [change.kind for change in classify(sides, outcome).changes] == ["conflict"]


def test_permissions_and_links_of_the_users_stay() -> None:
    base = {"run.sh": Blob(b"1\n"), "link": Blob(b"x\n")}
    new = {"run.sh": Blob(b"1\n2\n"), "link": Blob(b"x\n")}
    yours = {"run.sh": Blob(b"1\n", "100755"), "link": Blob(b"elsewhere", "120000")}
    outcome = merge(base, new, new, yours, "v1.1.0")
    assert outcome.tree == {"run.sh": Blob(b"1\n2\n", "100755"), "link": Blob(b"elsewhere", "120000")}


def test_a_file_of_the_users_own_goes_along_with_its_folder_and_is_called_moved() -> None:
    base = {f"old/{name}": Blob(f"{name} 1\n{name} 2\n{name} 3\n".encode()) for name in "abc"}
    new = {path.replace("old/", "new/"): blob for path, blob in base.items()}
    sides = Sides(base, new, base | {"old/own": Blob(b"mine\n")})
    changes = classify(sides, merge(base, new, new, sides.yours, "v1.1.0")).changes
    own = [(change.kind, change.from_path, change.path) for change in changes if change.path.endswith("own")]
    assert own == [("moved", "old/own", "new/own"), ("removed", None, "old/own")]


@pytest.mark.parametrize(
    ("to", "own"),
    [
        ("to", {"to/own": Blob(b"own\n")}),
        ("to/there", {"to": Blob(b"own\n")}),
        ("to", {"TO": Blob(b"own\n")}),
        ("to", {"to": Blob(b"own", "120000")}),
    ],
    ids=["folder", "file", "case", "link"],
)
def test_an_edited_file_that_the_template_moves_to_a_taken_place_stays(to: str, own: dict[str, Blob]) -> None:
    lines = b"".join(b"line %d\n" % number for number in range(20))
    edited, new = Blob(b"mine\n" + lines), {to: Blob(lines + b"new\n")}
    sides = Sides({"from": Blob(lines)}, new, {"from": edited} | own)
    outcome = merge(sides.base, new, new, sides.yours, "v1.1.0")
    assert outcome.tree == sides.yours
    kinds = {change.path: change.kind for change in classify(sides, outcome).changes}
    assert kinds["from"] == "kept-edited"
    assert "conflict" in kinds.values()


@pytest.mark.parametrize("base", [{"a": Blob(b"1\n")}, {}], ids=["changed", "added"])
@pytest.mark.parametrize("step", ["version", "answers"])
def test_a_link_where_the_template_has_a_file_is_kept_and_called_one(base: dict[str, Blob], step: str) -> None:
    new = {"a": Blob(b"2\n")}
    outcome = merge(base, new if step == "version" else base, new, {"a": Blob(b"b", "120000")}, "v1.1.0")
    assert outcome.tree == {"a": Blob(b"b", "120000")}
    assert "link" in outcome.conflicts["a"]
    assert "folder" not in outcome.conflicts["a"]


@pytest.mark.parametrize(
    "name", ["with space", 'quo"te', "new\nline", "back\\slash", "ünïcode", "-dash", "a~b", "tab\tx"]
)
def test_every_name_survives(name: str) -> None:
    outcome = merge({name: Blob(b"1\n")}, {name: Blob(b"2\n")}, {name: Blob(b"2\n")}, {name: Blob(b"1\n")}, "v1.1.0")
    assert outcome.tree == {name: Blob(b"2\n")}


@settings(max_examples=25, deadline=None)
@given(st.integers(min_value=0, max_value=1_000_000))
def test_no_line_is_lost_or_misplaced_in_random_histories(seed: int) -> None:
    assert_nothing_is_lost(seed)


@pytest.mark.slow
@pytest.mark.parametrize("start", exhaustive_except(range(0, 2000, 100), range(0, 2000, 400)))
def test_no_line_is_lost_or_misplaced_in_2000_histories(start: int) -> None:
    for seed in range(start, start + 100):
        assert_nothing_is_lost(seed)
