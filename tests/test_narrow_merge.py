"""A merge of the files that both sides changed is the merge of all files, as git makes it."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dazzle_infra.engine.narrow import both_changed
from dazzle_infra.engine.store import Blob, Store

LABELS = ("your-edits", "template-v2")
PATHS = ["a.tf", "b.tf", "d/a.tf", "d/b.tf", "d/e/a.tf", "d", "n/a.tf", "n/c.tf"]
TEXTS = ["".join(f"{letter}{line}\n" for line in range(8)) for letter in "xy"]
EDITS = {"": "", "top": "0\n", "end": "7\n", "middle": "4\n"}

contents = st.builds(
    lambda text, line: Blob(text.replace(line, f"changed {line}").encode() if line else text.encode()),
    st.sampled_from(TEXTS),
    st.sampled_from(list(EDITS.values())),
)
trees = st.dictionaries(st.sampled_from(PATHS), contents, max_size=6).filter(
    lambda tree: "d" not in tree or not any(path.startswith("d/") for path in tree)
)


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


@settings(max_examples=40, deadline=None)
@given(base=trees, yours=trees, theirs=trees)
def test_any_three_trees_merge_as_git_merges_them(
    base: dict[str, Blob], yours: dict[str, Blob], theirs: dict[str, Blob]
) -> None:
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
    if not any("d" in tree and any(path.startswith("d/") for path in tree) for tree in (yours, theirs)):
        assert_as_git(base, yours, theirs)


X, Y, Z = (Blob(f"{letter}\n".encode()) for letter in "xyz")

CASES = {
    "nobody changed it": ({"a": X}, {"a": X}, {"a": X}, set()),
    "one side changed it": ({"a": X}, {"a": Y}, {"a": X}, set()),
    "both changed it alike": ({"a": X}, {"a": Y}, {"a": Y}, set()),
    "each changed it": ({"a": X, "b": X}, {"a": Y, "b": X}, {"a": Z, "b": Y}, {"a"}),
    "both added it": ({}, {"a": Y}, {"a": Z}, {"a"}),
    "one deleted what the other changed": ({"a": X}, {}, {"a": Y}, {"a"}),
    "one renamed what nobody changed": ({"a": X}, {"a": X}, {"b": X}, set()),
    "one renamed what the other changed": ({"a": X}, {"a": Y}, {"b": X}, None),
    "one renamed to what the other added": ({"a": X}, {"a": X, "b": Y}, {"b": X}, None),
    "a folder was renamed that got a file": ({"d/a": X}, {"d/a": X, "d/b": Y}, {"e/a": X}, None),
    "a file moved out of a folder that stays": (
        {"d/a": X, "d/c": X},
        {"d/a": X, "d/c": X, "d/b": Y},
        {"e/a": X, "d/c": X},
        set(),
    ),
    "a file where the other has a folder": ({}, {"d": X}, {"d/a": Y}, None),
}


@pytest.mark.parametrize(("base", "yours", "theirs", "expected"), CASES.values(), ids=CASES)
def test_git_is_asked_for_what_both_changed_and_for_all_where_there_may_be_renames(
    base: dict[str, Blob], yours: dict[str, Blob], theirs: dict[str, Blob], expected: set[str] | None
) -> None:
    assert both_changed(base, yours, theirs) == expected
    assert both_changed(base, theirs, yours) == expected
