"""Templates of strangers, with what a git repository can hold and `git add` would not."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.support.releases import git

ANSWERS = (
    "template/{{ _copier_conf.answers_file }}.jinja",
    b"# template-commit: {{ _copier_conf.vcs_ref_hash }}\n{{ _copier_answers | to_nice_yaml }}",
)
"""What a template needs to be one."""

ENDLESS = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"
"""What takes a template longer than it may."""

COPIER = "_subdirectory: template\napp_name: {type: str, default: app}\n"


@dataclass(frozen=True)
class Raw:
    """An entry of a tree, of any mode: a link's target, a submodule's commit."""

    content: bytes
    mode: str


Content = str | bytes | Raw | int
"""What is in a file; a number stands for so many zeros."""


def link(target: str) -> Raw:
    """Return a symbolic link."""
    return Raw(target.encode(), "120000")


SUBMODULE = Raw(b"1" * 40, "160000")


def hostile_template(folder: Path, files: Mapping[str, Content], tag: str = "v1.0.0") -> Path:
    """Make a repository with exactly these entries, whatever git thinks of their names, beside a harmless template."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "--quiet")
    every: dict[str, Content] = {"copier.yml": COPIER, ANSWERS[0]: ANSWERS[1], **files}
    tree = _tree(folder, {tuple(name.split("/")): content for name, content in every.items()})
    commit = git(folder, "commit-tree", "-m", "x", tree).strip()
    git(folder, "update-ref", "refs/heads/main", commit)
    git(folder, "update-ref", f"refs/tags/{tag}", commit)
    return folder


def _tree(folder: Path, entries: Mapping[tuple[str, ...], Content]) -> str:
    lines = [_entry(folder, name[0], content) for name, content in entries.items() if len(name) == 1]
    for top in sorted({name[0] for name in entries if len(name) > 1}):
        below = {name[1:]: content for name, content in entries.items() if len(name) > 1 and name[0] == top}
        lines.append(f"040000 tree {_tree(folder, below)}\t{top}".encode())
    return _git(folder, b"\0".join(lines) + b"\0", "mktree", "-z", "--missing")


def _entry(folder: Path, name: str, content: Content) -> bytes:
    raw = content if isinstance(content, Raw) else Raw(_bytes(content), "100644")
    if raw.mode == "160000":
        return f"160000 commit {raw.content.decode()}\t{name}".encode()
    object_id = _git(folder, raw.content, "hash-object", "-w", "--stdin")
    return f"{raw.mode} blob {object_id}\t{name}".encode()


def _bytes(content: str | bytes | int) -> bytes:
    if isinstance(content, int):
        return bytes(content)
    return content if isinstance(content, bytes) else content.encode()


def _git(folder: Path, data: bytes, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], input=data, capture_output=True, check=True)
    return done.stdout.decode().strip()
