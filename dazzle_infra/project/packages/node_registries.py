"""Configuration of npm, pnpm and Yarn: registries with tokens, and files that the package manager loads."""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterator
from typing import Any, Final

from dazzle_infra.errors import PackagesError, Where
from dazzle_infra.project.packages.documents import read_yaml
from dazzle_infra.project.packages.stage import Findings
from dazzle_infra.values.words import quoted

__all__ = ["note_npmrc", "note_yarnrc"]

_VARIABLE: Final = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)[^}]*\}")
_SECRET: Final = re.compile(r"(?:^|:)(?:_authToken|_auth|_password)\Z")
_YARN_SECRETS: Final = ("npmAuthToken", "npmAuthIdent")
_FILES: Final = re.compile(r"(?:^|:)(?:cafile|certfile|keyfile)\Z")


def note_npmrc(findings: Findings, folder: str) -> None:
    """Note .npmrc of a folder, which npm, pnpm and Yarn 1 read.

    Raises:
        PackagesError: It contains a secret, or names a file that no image can copy.
    """
    path = posixpath.normpath(f"{folder}/.npmrc")
    if not findings.tree.exists(path):
        return
    findings.files.add(path)
    for number, line in enumerate(findings.tree.text(path).splitlines(), start=1):
        key, is_setting, value = (part.strip() for part in line.partition("="))
        if not is_setting or key.startswith((";", "#")):
            continue
        where = findings.tree.where(path, number)
        _note(findings, value, where, is_secret=bool(_SECRET.search(key)))
        if _FILES.search(key):
            findings.files.add(findings.tree.place(value.strip("\"'"), folder, where, "certificate"))


def note_yarnrc(findings: Findings, folder: str) -> None:
    """Note .yarnrc.yml of Yarn 2 and newer and .yarnrc of Yarn 1, and the files that they name.

    Raises:
        PackagesError: One is broken, contains a secret, or names a file that no image can copy.
    """
    tree = findings.tree
    path = posixpath.normpath(f"{folder}/.yarnrc.yml")
    if tree.exists(path):
        findings.files.add(path)
        document = read_yaml(tree, path)
        for key, value in _entries(document.data):
            _note(findings, value, document.where(key), is_secret=key in _YARN_SECRETS)
        plugins = document.data.get("plugins", [])
        named = [one.get("path") if isinstance(one, dict) else one for one in plugins if isinstance(plugins, list)]
        for name, one in [("yarnPath", document.data.get("yarnPath")), *(("plugins", one) for one in named)]:
            if isinstance(one, str):
                findings.files.add(tree.place(one, folder, document.where(name), "file"))
    old = posixpath.normpath(f"{folder}/.yarnrc")
    if tree.exists(old):
        findings.files.add(old)
        for number, line in enumerate(tree.text(old).splitlines(), start=1):
            _note_old(findings, line, folder, tree.where(old, number))


def _note_old(findings: Findings, line: str, folder: str, where: Where) -> None:
    try:
        words = shlex.split(line, comments=True)
    except ValueError as error:
        raise PackagesError("quotation marks are not closed", where=where, hint="correct the line") from error
    if len(words) != 2:
        return
    if words[0] in {"yarn-path", "cafile"}:
        findings.files.add(findings.tree.place(words[1], folder, where, "file"))
    elif words[0] == "yarn-offline-mirror":
        findings.folder(findings.tree.place(words[1], folder, where, "folder"), where)
    else:
        _note(findings, words[1], where, is_secret=bool(_SECRET.search(words[0])))


def _entries(value: Any) -> Iterator[tuple[str, str]]:
    """Yield each key with a text, at any depth."""
    for key, entry in value.items() if isinstance(value, dict) else ():
        if isinstance(entry, str):
            yield str(key), entry
        else:
            yield from _entries(entry)


def _note(findings: Findings, value: str, where: Where, *, is_secret: bool) -> None:
    """Note the variables in a value; a secret must be one.

    Raises:
        PackagesError: The value is a secret.
    """
    names = _VARIABLE.findall(value)
    if is_secret and value.strip("\"'") and not names:
        hint = "write a variable such as ${NPM_TOKEN}; the file is copied into a layer of the image"
        raise PackagesError("the file contains a secret", where=where, hint=hint)
    for name in names:
        findings.secret(name, where)
    if re.search(r"://[^/@\s]*:(?!\$\{)[^/@\s]+@", value):
        raise PackagesError(
            "the address contains a password", where=where, hint=f"use {quoted('_authToken')} with a variable"
        )
