"""A rename counts only if lines that occur nowhere else moved; a folder moved only if most of it did."""

from __future__ import annotations

from pathlib import Path

import pytest

from dazzle_infra.merging.compare import edits
from dazzle_infra.merging.merge import merge
from dazzle_infra.merging.rename_detection import detect_moves
from dazzle_infra.merging.store import Blob
from dazzle_infra.values.placement import Place
from dazzle_infra.values.trees import File
from tests.support.trees import build_tree

VERSIONS = Blob(b'terraform {\n  required_version = ">= 1.9"\n  source = "hashicorp/aws"\n  version = ">= 6.0"\n}\n')
NEW_VERSIONS = Blob(VERSIONS.content.replace(b"6.0", b"6.2"))


def text(stem: str, count: int = 8, *more: str) -> Blob:
    return Blob("".join(f"{line}\n" for line in (*(f"{stem} {number}" for number in range(count)), *more)).encode())


def module(name: str, folder: str = "") -> dict[str, Blob]:
    """Return a module with a file of its own, one of few lines, and the boilerplate of all modules."""
    at = folder or f"modules/{name}"
    return {f"{at}/main.tf": text(name), f"{at}/outputs.tf": text("out", 1), f"{at}/versions.tf": VERSIONS}


TEMPLATE = module("logs") | module("mail") | module("queue")


def without(tree: dict[str, Blob], folder: str) -> dict[str, Blob]:
    return {path: blob for path, blob in tree.items() if not path.startswith(f"{folder}/")}


def test_a_distinctive_file_moved_and_was_edited_on_the_way() -> None:
    after = {"b": text("a", 8, "more")}
    assert detect_moves({"a": text("a")}, after).files == {"a": "b"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param({"a": VERSIONS, "x": VERSIONS}, {"b": VERSIONS, "x": VERSIONS}, id="boilerplate"),
        pytest.param({"a": VERSIONS, "x": NEW_VERSIONS}, {"b": VERSIONS, "x": NEW_VERSIONS}, id="almost boilerplate"),
        pytest.param({"a": text("a", 2)}, {"b": text("a", 2)}, id="two lines"),
        pytest.param({"a": Blob(b"")}, {"b": Blob(b"")}, id="empty"),
        pytest.param({"a": Blob(b"}\n" * 20)}, {"b": Blob(b"}\n" * 20)}, id="braces"),
        pytest.param({"a": Blob(b"\0logo")}, {"b": Blob(b"\0logo")}, id="small binary"),
        pytest.param({"a": text("a")}, {"b": text("a"), "c": text("a")}, id="two copies"),
        pytest.param({"a": text("a")}, {"a": text("a"), "b": text("a")}, id="the original stays"),
        pytest.param({"a": text("a")}, {"b": text("b", 20, *(f"a {n}" for n in range(8)))}, id="a part of a larger"),
        pytest.param({"a": text("a")}, {"b": Blob(b"a", "120000")}, id="a link"),
    ],
)
def test_what_is_no_evidence_of_a_move(before: dict[str, Blob], after: dict[str, Blob]) -> None:
    assert detect_moves(before, after).files == {}
    assert detect_moves(before, after).folders == {}


def test_boilerplate_goes_along_with_a_folder_that_moved() -> None:
    moves = detect_moves(TEMPLATE, without(TEMPLATE, "modules/logs") | module("logs", "modules/audit"))
    assert moves.folders == {"modules/logs": "modules/audit"}
    assert moves.files["modules/logs/versions.tf"] == "modules/audit/versions.tf"


def test_a_folder_moved_only_if_most_of_it_did() -> None:
    before = TEMPLATE | {f"modules/logs/{name}.tf": text(name) for name in ("a", "b", "c")}
    after = without(before, "modules/logs") | {"other/main.tf": text("logs"), "other/versions.tf": VERSIONS}
    moves = detect_moves(before, after)
    assert moves.files == {"modules/logs/main.tf": "other/main.tf"}
    assert moves.folders == {}


def test_an_own_module_gets_nothing_of_a_deleted_one() -> None:
    new = {path: NEW_VERSIONS if path.endswith("versions.tf") else blob for path, blob in TEMPLATE.items()}
    own = {"modules/own/main.tf": text("own"), "modules/own/versions.tf": VERSIONS}
    yours = without(TEMPLATE, "modules/logs") | own
    outcome = merge(TEMPLATE, new, new, yours, "v2")
    assert {path: outcome.tree[path] for path in own} == own
    assert outcome.kept_deleted == {"modules/logs/versions.tf"}
    assert (outcome.conflicts, outcome.moved) == ({}, {})


def test_a_new_file_of_the_template_goes_to_the_folder_that_the_user_moved() -> None:
    new = TEMPLATE | {"modules/logs/policy.tf": text("policy")}
    yours = without(TEMPLATE, "modules/logs") | module("logs", "modules/audit")
    for middle in (new, TEMPLATE):
        outcome = merge(TEMPLATE, middle, new, yours, "v2")
        assert outcome.tree == yours | {"modules/audit/policy.tf": text("policy")}
        assert outcome.conflicts == {}


def test_a_file_that_both_moved_stays_where_the_user_has_it_and_is_a_decision() -> None:
    outcome = merge({"a": text("a")}, {"t": text("a", 9)}, {"t": text("a", 9)}, {"u": text("a")}, "v2")
    assert outcome.tree == {"u": text("a", 9)}
    assert outcome.conflicts == {"u": "you moved it here; the template moved it to t"}


def test_a_file_that_the_user_deleted_stays_deleted_when_the_template_moves_it() -> None:
    outcome = merge({"a": text("a")}, {"t": text("a")}, {"t": text("a")}, {}, "v2")
    assert outcome.tree == {}
    assert outcome.kept_deleted == {"t"}


def test_boilerplate_that_was_deleted_is_not_called_moved(tmp_path: Path) -> None:
    files = {path: File(blob.content) for path, blob in TEMPLATE.items()}
    written = without(TEMPLATE, "modules/logs") | {"own/versions.tf": VERSIONS, "kept/main.tf": text("logs")}
    build_tree(tmp_path / "infra", {path: blob.content for path, blob in written.items()})
    assert [(edit.state, edit.to) for edit in edits(tmp_path, Place("infra"), files, ["kept"])] == [
        ("deleted", None)
    ] * 3
    moved = {edit.path: edit.to for edit in edits(tmp_path, Place("infra"), files) if edit.state == "moved"}
    assert moved == {"modules/logs/main.tf": "kept/main.tf"}
