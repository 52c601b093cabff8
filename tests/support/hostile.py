"""Templates of strangers, with what a git repository can hold and `git add` would not."""

from __future__ import annotations

import hashlib
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

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
    """Make a repository with exactly these entries, whatever git thinks of their names, beside a harmless template.

    The objects are written here and not by git, which would take ten processes for each template.
    """
    git_folder = folder / ".git"
    for name in ("objects", "refs/heads", "refs/tags"):
        (git_folder / name).mkdir(parents=True, exist_ok=True)
    (git_folder / "HEAD").write_text("ref: refs/heads/main\n")
    (git_folder / "config").write_text("[core]\n\trepositoryformatversion = 0\n")
    every: dict[str, Content] = {"copier.yml": COPIER, ANSWERS[0]: ANSWERS[1], **files}
    tree = _tree(git_folder, {tuple(os.fsencode(name).split(b"/")): content for name, content in every.items()})
    person = "t <t@example.org> 1700000000 +0000"
    commit = _object(git_folder, "commit", f"tree {tree}\nauthor {person}\ncommitter {person}\n\nx\n".encode())
    for ref in ("heads/main", f"tags/{tag}"):
        (git_folder / "refs" / ref).write_text(f"{commit}\n")
    return folder


def _tree(git_folder: Path, entries: Mapping[tuple[bytes, ...], Content]) -> str:
    found: dict[bytes, tuple[str, str]] = {}
    for name, content in entries.items():
        if len(name) == 1:
            found[name[0]] = _entry(git_folder, content)
    for top in {name[0] for name in entries if len(name) > 1}:
        below = {name[1:]: content for name, content in entries.items() if len(name) > 1 and name[0] == top}
        found[top] = "40000", _tree(git_folder, below)
    # git sorts a folder as if its name ended with a slash.
    ordered = sorted(found.items(), key=lambda item: item[0] + b"/" * (item[1][0] == "40000"))
    lines = [mode.encode() + b" " + name + b"\0" + bytes.fromhex(id_) for name, (mode, id_) in ordered]
    return _object(git_folder, "tree", b"".join(lines))


def _entry(git_folder: Path, content: Content) -> tuple[str, str]:
    raw = content if isinstance(content, Raw) else Raw(_bytes(content), "100644")
    if raw.mode == "160000":
        return raw.mode, raw.content.decode()
    return raw.mode, _object(git_folder, "blob", raw.content)


def _bytes(content: str | bytes | int) -> bytes:
    if isinstance(content, int):
        return bytes(content)
    return content if isinstance(content, bytes) else content.encode()


def _object(git_folder: Path, kind: str, content: bytes) -> str:
    """Write an object of git's and return its id."""
    whole = f"{kind} {len(content)}\0".encode() + content
    id_ = hashlib.sha1(whole, usedforsecurity=False).hexdigest()
    place = git_folder / "objects" / id_[:2] / id_[2:]
    if not place.exists():
        place.parent.mkdir(exist_ok=True)
        place.write_bytes(zlib.compress(whole, 1))
    return id_
