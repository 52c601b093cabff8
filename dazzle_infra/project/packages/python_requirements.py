"""One requirement of a Python project: a name, a URL or a local path, and what it asks of the image."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from packaging.markers import InvalidMarker, Marker
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from dazzle_infra.errors import PackagesError, Where
from dazzle_infra.project.packages.stage import Findings, SystemProposal
from dazzle_infra.project.packages.system_packages import PYTHON, VERSION_CONTROL
from dazzle_infra.values.words import quoted

__all__ = ["ARCHIVE", "Named", "applies", "note_named", "note_url", "note_variables", "parse_named"]

ARCHIVE: Final = re.compile(r"\.(?:whl|zip|tar\.gz|tgz|tar|tar\.bz2|tbz|tar\.xz|txz|tlz|tar\.lz|tar\.lzma)\Z", re.I)
"""The suffixes of archives that pip installs."""

_VARIABLE: Final = re.compile(r"\$\{([A-Z0-9_]+)\}")
"""A variable of the environment, as pip replaces it in a requirements file."""

_PASSWORD: Final = re.compile(r"://(?:[^/@\s:]*:(?!\$\{)[^/@\s]+|(?!\$\{|git@)[^/@\s:]{16,})@")
"""Credentials in a URL that are no variable."""


@dataclass(frozen=True)
class Named:
    """A requirement with a name.

    Attributes:
        name: The normalised name.
        extras: The extras, normalised.
        url: Where it comes from, if not from an index.
        pin: Whether an exact version is required.
        where: What states it.
    """

    name: str
    extras: frozenset[str]
    url: str
    pin: bool
    where: Where


def parse_named(text: str, where: Where) -> tuple[Named, Marker | None]:
    """Parse a requirement with a name, as PyPA's specification of dependency specifiers has it.

    Raises:
        PackagesError: It is none.
    """
    try:
        found = Requirement(text)
    except InvalidRequirement as error:
        reason = str(error).splitlines()[0].rstrip(".")
        hint = "correct the line; for a package of the project write ./PATH"
        raise PackagesError(f"{quoted(text)} is not a requirement: {reason}", where=where, hint=hint) from error
    exact = [one for one in found.specifier if one.operator in {"==", "==="} and not one.version.endswith(".*")]
    extras = frozenset(canonicalize_name(extra) for extra in found.extras)
    return Named(canonicalize_name(found.name), extras, found.url or "", bool(exact), where), found.marker


def applies(marker: Marker | None, python_version: str) -> bool:
    """Say whether an environment marker holds in the image: CPython on Linux, on a common processor."""
    if marker is None:
        return True
    environment = {
        "implementation_name": "cpython",
        "implementation_version": f"{python_version}.0",
        "os_name": "posix",
        "platform_machine": "x86_64",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Linux",
        "platform_version": "",
        "python_full_version": f"{python_version}.0",
        "python_version": python_version,
        "sys_platform": "linux",
        "extra": "",
    }
    return marker.evaluate(environment)


def parse_marker(text: str, where: Where) -> Marker | None:
    """Parse an environment marker.

    Raises:
        PackagesError: It is none.
    """
    try:
        return Marker(text) if text.strip() else None
    except InvalidMarker as error:
        message = f"{quoted(text.strip())} is not an environment marker"
        raise PackagesError(message, where=where, hint="correct the part after the semicolon") from error


def note_named(findings: Findings, named: Named, *, from_source: bool) -> None:
    """Note the Debian packages that a package with that name requires, and a name that means another package.

    Args:
        findings: What was found so far.
        named: The requirement.
        from_source: Whether the project asks for a build from source.
    """
    names = {named.name}
    if named.name == "psycopg" and named.extras & {"binary", "c"}:
        names = {"psycopg-c"} if "c" in named.extras else set()
    for name in names & PYTHON.keys():
        needs = PYTHON[name]
        if not needs.has_wheels or from_source:
            findings.proposals.setdefault(name, SystemProposal(name, named.where, needs.build, needs.run))


def note_url(findings: Findings, url: str, name: str, where: Where) -> None:
    """Note what an installation from a URL requires.

    Raises:
        PackagesError: The URL is a file of this machine, or needs a key of this machine.
    """
    scheme = url.partition(":")[0].lower()
    if scheme == "file":
        hint = "move the file into the project and write a relative path such as ./wheels/NAME.whl"
        raise PackagesError(f"{quoted(url)} is a file of this machine", where=where, hint=hint)
    system, _, transport = scheme.partition("+")
    if transport in {"ssh", "file"} or url.startswith("git@"):
        hint = "write git+https://…; for a private repository with a variable, git+https://${TOKEN}@…"
        kind = "a file of this machine" if transport == "file" else "an ssh key, which the build does not have"
        raise PackagesError(f"{quoted(url)} needs {kind}", where=where, hint=hint)
    if transport and system in VERSION_CONTROL:
        name = name or url.rpartition("/")[2].partition("#")[0].partition("@")[0].removesuffix(".git")
        findings.proposals.setdefault(name, SystemProposal(name, where, build=VERSION_CONTROL[system]))
    elif scheme not in {"http", "https", "ftp"}:
        hint = "use https://… or git+https://…"
        raise PackagesError(f"{quoted(url)} has a scheme that pip does not know", where=where, hint=hint)
    note_variables(findings, url, where)


def note_variables(findings: Findings, text: str, where: Where) -> None:
    """Note the variables that a text refers to, and credentials that it contains."""
    for name in _VARIABLE.findall(text):
        findings.secret(name, where)
    if _PASSWORD.search(text):
        findings.remark("contains credentials; write a variable such as ${INDEX_TOKEN} in their place", where)
