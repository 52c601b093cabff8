"""A merge of the files that both sides changed is the merge of all files, as git makes it."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dazzle_infra.merging.per_file import both_changed
from dazzle_infra.merging.store import Blob, Store

LABELS = ("your-edits", "template-v2")
PATHS = ["a.tf", "b.tf", "d/a.tf", "d/b.tf", "d/e/a.tf", "d", "n/a.tf", "n/c.tf"]
EDITS = ["", "0\n", "7\n", "4\n"]


def is_possible(tree: Mapping[str, Blob]) -> bool:
    return "d" not in tree or not any(path.startswith("d/") for path in tree)


def content(path: str, letter: str, line: str) -> Blob:
    """Return text that is like that of no other path, so that git finds no renames in the whole trees."""
    text = "".join(f"{letter} of {path} {number}\n" for number in range(8))
    return Blob(text.replace(f" {line}", f" changed {line}").encode() if line else text.encode())


@st.composite
def tree(draw: st.DrawFn) -> dict[str, Blob]:
    paths = draw(st.sets(st.sampled_from(PATHS), max_size=6))
    return {path: content(path, draw(st.sampled_from("xy")), draw(st.sampled_from(EDITS))) for path in sorted(paths)}


trees = tree().filter(is_possible)


def written_by_git(folder: Path, tree: Mapping[str, Blob], parent: str | None = None) -> str:
    """Commit a tree with git's everyday commands and return the commit's id."""

    def git(*arguments: str, data: bytes | None = None) -> str:
        done = subprocess.run(["git", "-C", str(folder), *arguments], input=data, capture_output=True, check=True)
        return done.stdout.decode().strip()

    git("read-tree", "--empty")
    for path, blob in tree.items():
        stored = git("hash-object", "-w", "--stdin", data=blob.content)
        git("update-index", "--add", "--cacheinfo", f"{blob.mode},{stored},{path}")
    identity = ("-c", "user.name=t", "-c", "user.email=t@example.org")
    return git(*identity, "commit-tree", git("write-tree"), "-m", "t", *(["-p", parent] if parent else []))


def merged_by_git(base: Mapping[str, Blob], yours: Mapping[str, Blob], theirs: Mapping[str, Blob]) -> dict[str, bytes]:
    """Let git merge the whole trees; return the files that it makes of them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        subprocess.run(["git", "init", "--quiet", name], check=True)
        root = written_by_git(folder, base)
        for label, tree in zip(LABELS, (yours, theirs), strict=True):
            commit = written_by_git(folder, tree, root)
            subprocess.run(["git", "-C", name, "branch", label, commit], check=True)
        options = ["-c", "merge.directoryRenames=true", "-c", "merge.conflictStyle=merge"]
        command = ["git", "-C", name, *options, "merge-tree", "--write-tree", "-z", "--name-only", "--no-messages"]
        printed = subprocess.run([*command, *LABELS], capture_output=True, check=False).stdout
        tree_id = printed.split(b"\0")[0].decode()
        listed = subprocess.run(
            ["git", "-C", name, "ls-tree", "-r", "-z", "--name-only", tree_id], capture_output=True, check=True
        )
        paths = [path.decode() for path in listed.stdout.split(b"\0") if path]
        return {
            path: subprocess.run(
                ["git", "-C", name, "cat-file", "blob", f"{tree_id}:{path}"], capture_output=True, check=True
            ).stdout
            for path in paths
        }


def assert_as_git(base: Mapping[str, Blob], yours: Mapping[str, Blob], theirs: Mapping[str, Blob]) -> None:
    with Store() as store:
        ours = store.merge(base, yours, theirs, LABELS)
    assert {path: blob.content for path, blob in ours.tree.items()} == merged_by_git(base, yours, theirs)


@settings(max_examples=20, deadline=None)
@given(base=trees, yours=trees, theirs=trees)
def test_any_three_trees_merge_as_git_merges_them(
    base: dict[str, Blob], yours: dict[str, Blob], theirs: dict[str, Blob]
) -> None:
    if is_possible({**yours, **theirs}):
        assert_as_git(base, yours, theirs)


@pytest.mark.slow
@settings(max_examples=1_000, deadline=None)
@given(base=trees, changes=st.tuples(trees, trees), dropped=st.tuples(*[st.sets(st.sampled_from(PATHS))] * 2))
def test_edits_of_both_sides_merge_as_git_merges_them(
    base: dict[str, Blob], changes: tuple[dict[str, Blob], dict[str, Blob]], dropped: tuple[set[str], set[str]]
) -> None:
    yours, theirs = (
        {path: blob for path, blob in (base | change).items() if path not in gone}
        for change, gone in zip(changes, dropped, strict=True)
    )
    if is_possible({**yours, **theirs}):
        assert_as_git(base, yours, theirs)


X, Y, Z = (Blob(f"{letter}\n".encode()) for letter in "xyz")

CASES = {
    "nobody changed it": ({"a": X}, {"a": X}, {"a": X}, set()),
    "one side changed it": ({"a": X}, {"a": Y}, {"a": X}, set()),
    "both changed it alike": ({"a": X}, {"a": Y}, {"a": Y}, set()),
    "each changed it": ({"a": X, "b": X}, {"a": Y, "b": X}, {"a": Z, "b": Y}, {"a"}),
    "both added it": ({}, {"a": Y}, {"a": Z}, {"a"}),
    "one deleted what the other changed": ({"a": X}, {}, {"a": Y}, {"a"}),
}


@pytest.mark.parametrize(("base", "yours", "theirs", "expected"), CASES.values(), ids=CASES)
def test_a_path_needs_a_merge_only_if_both_sides_changed_it(
    base: dict[str, Blob], yours: dict[str, Blob], theirs: dict[str, Blob], expected: set[str]
) -> None:
    assert both_changed(base, yours, theirs) == expected
    assert both_changed(base, theirs, yours) == expected
