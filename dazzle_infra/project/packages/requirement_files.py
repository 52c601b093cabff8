"""Requirements files of pip: what they include, which files of the project they install, and what pip would refuse."""

from __future__ import annotations

import os
import posixpath
import re
from dataclasses import dataclass, field, replace
from typing import Final

from packaging.utils import canonicalize_name

from dazzle_infra.errors import PackagesError, Where
from dazzle_infra.project.packages.local_packages import note_local_package
from dazzle_infra.project.packages.python_requirements import (
    ARCHIVE,
    Named,
    applies,
    note_named,
    note_url,
    note_variables,
    parse_marker,
    parse_named,
)
from dazzle_infra.project.packages.requirement_lines import Line, LineError, logical_lines, parse_line
from dazzle_infra.project.packages.stage import Findings
from dazzle_infra.values.words import quoted

__all__ = ["read_requirements"]

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9.-]*(?:\+[A-Za-z]+)?:(?://|(?=/))|git@|file:")
_REMOTE: Final = re.compile(r"https?://", re.I)
_HASH: Final = re.compile(r"sha(?:256:[0-9a-f]{64}|384:[0-9a-f]{96}|512:[0-9a-f]{128})", re.I)


@dataclass
class _Reading:
    """What all the files of one installation share.

    Attributes:
        findings: What was found so far.
        from_source: Names whose wheels pip ignores; `:all:` for all.
        named: The requirements with a name.
        unhashed: What hash mode would refuse, and why.
        seen: The files that were read, each as requirements or as constraints.
    """

    findings: Findings
    from_source: set[str] = field(default_factory=set)
    named: list[Named] = field(default_factory=list)
    unhashed: list[tuple[Where, str]] = field(default_factory=list)
    has_hashed_constraints: bool = False
    seen: set[tuple[str, bool]] = field(default_factory=set)


def read_requirements(findings: Findings, name: str = "requirements.txt") -> list[Named]:
    """Read a requirements file of the project, and what it includes; return the requirements with a name.

    pip runs in the project's folder: included files are relative to the file that names them, local packages to the
    project's folder.

    Raises:
        PackagesError: A file is broken, or names what no image can install.
    """
    reading = _Reading(findings)
    path = findings.tree.of_project(name)
    _read(reading, path, (path,), findings.tree.where(path), is_constraint=False)
    if findings.is_hashed and reading.unhashed and not reading.has_hashed_constraints:
        where, reason = reading.unhashed[0]
        hint = "add the hash, for example with pip-compile --generate-hashes; pip requires all packages to have one"
        raise PackagesError(f"other lines have hashes, and this one {reason}", where=where, hint=hint)
    for named in reading.named:
        asked = bool(reading.from_source & {named.name, ":all:"})
        note_named(findings, named, from_source=asked)
    return reading.named


def _read(reading: _Reading, path: str, stack: tuple[str, ...], referrer: Where, *, is_constraint: bool) -> None:
    if (path, is_constraint) in reading.seen:
        return
    reading.seen.add((path, is_constraint))
    findings = reading.findings
    text = findings.tree.text(path, referrer)
    findings.files.add(path)
    for number, content in logical_lines(text):
        where = findings.tree.where(path, number)
        note_variables(findings, content, where)
        try:
            line = parse_line(content)
        except LineError as error:
            hint = "correct the line; see the documentation of pip, Requirements File Format"
            raise PackagesError(f"pip cannot read the line: {error.message}", where=where, hint=hint) from error
        if line.requirement or line.values("editable"):
            _requirement(reading, line, where, is_constraint=is_constraint)
        elif line.values("requirement") or line.values("constraint"):
            _include(reading, line, path, stack, where)
        else:
            _options(reading, line, path, where)


def _include(reading: _Reading, line: Line, path: str, stack: tuple[str, ...], where: Where) -> None:
    # pip reads the first file of a line, and requirements before constraints.
    is_constraint = not line.values("requirement")
    written = line.values("constraint" if is_constraint else "requirement")[0]
    if _REMOTE.match(written):
        return
    included = reading.findings.tree.place(written, posixpath.dirname(path), where, "requirements file")
    if included in stack:
        shown = " → ".join(map(reading.findings.tree.shown, (*stack[stack.index(included) :], included)))
        raise PackagesError(f"the files include each other: {shown}", where=where, hint="remove one of the lines")
    _read(reading, included, (*stack, included), where, is_constraint=is_constraint)


def _options(reading: _Reading, line: Line, path: str, where: Where) -> None:
    findings = reading.findings
    findings.is_hashed |= "require-hashes" in line.flags
    for names in line.values("no-binary"):
        for name in (one.strip() for one in names.split(",")):
            if name == ":none:":
                reading.from_source.clear()
            elif name:
                reading.from_source.add(name if name == ":all:" else canonicalize_name(name))
    for written in line.values("find-links"):
        if not _REMOTE.match(written):
            _links(findings, written, posixpath.dirname(path), where)
    for written in (*line.values("index-url"), *line.values("extra-index-url")):
        if not _REMOTE.match(written) and not written.startswith("${"):
            hint = "use the https:// address of an index, or --find-links with a folder of the project"
            raise PackagesError(f"the index {quoted(written)} is not a web address", where=where, hint=hint)


def _links(findings: Findings, written: str, folder: str, where: Where) -> None:
    """Note a folder of archives: pip looks beside the file that names it, then in the project's folder."""
    tree = findings.tree
    is_beside = os.path.lexists(tree.root / folder / written)
    is_here = os.path.lexists(tree.project_folder / written)
    if not (is_beside or is_here or written.startswith(("/", "~", "file:"))):
        findings.remark(f"names {quoted(written)}, which does not exist; pip ignores it", where)
        return
    place = tree.place(written, folder if is_beside else tree.project, where, "folder of archives")
    if (tree.root / place).is_dir():
        findings.folder(place, where)
    else:
        findings.files.add(place)


def _requirement(reading: _Reading, line: Line, where: Where, *, is_constraint: bool) -> None:
    findings = reading.findings
    hashes = line.values("hash")
    for one in hashes:
        if not _HASH.fullmatch(one):
            hint = "write --hash=sha256:… with 64 hexadecimal digits, or sha384 or sha512"
            raise PackagesError(f"{quoted(one)} is not a hash", where=where, hint=hint)
    if is_constraint:
        reading.has_hashed_constraints |= bool(hashes)
    findings.is_hashed |= bool(hashes)
    is_editable = not line.requirement
    text = line.requirement or line.values("editable")[0]
    is_url = _URL.match(text) is not None
    target, _, marker_text = text.partition("; " if is_url else ";")
    if is_url:
        marker = parse_marker(marker_text, where)
        egg = re.search(r"[#&]egg=([A-Za-z0-9._-]+)", target)
        note_url(findings, target.strip(), egg[1] if egg else "", where)
        reason = "" if hashes else "has none"
    elif _is_path(target, is_editable=is_editable):
        marker = parse_marker(marker_text, where)
        reason = _local(findings, target.strip(), where, is_editable=is_editable) or ("" if hashes else "has none")
    else:
        named, marker = parse_named(text, where)
        if named.url:
            note_url(findings, named.url, named.name, where)
        reason = "" if hashes and (named.pin or named.url) else "has none" if not hashes else "has no exact version"
        if applies(marker, findings.python_version) and not is_constraint:
            reading.named.append(replace(named, where=where))
    if reason and not is_constraint and applies(marker, findings.python_version):
        reading.unhashed.append((where, reason))


def _is_path(text: str, *, is_editable: bool) -> bool:
    before_url = text.partition("@")[0]
    return is_editable or text.startswith((".", "~")) or "/" in before_url or bool(ARCHIVE.search(before_url.strip()))


def _local(findings: Findings, written: str, where: Where, *, is_editable: bool) -> str:
    """Note an archive or a package of the project; return why hash mode would refuse it."""
    extras = re.fullmatch(r"(.+?)(\[[^\]]*\])", written)
    path = extras[1] if extras else written
    folder = note_local_package(findings, path, findings.tree.project, where, is_editable=is_editable)
    return "is a folder" if folder else ""
