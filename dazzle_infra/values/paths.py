"""Paths of the project, and sources of templates."""

from __future__ import annotations

import posixpath
import re
from typing import Annotated

from pydantic import AfterValidator

from dazzle_infra.values.credentials import has_credentials
from dazzle_infra.values.rules import RefusedError, Rule

__all__ = [
    "LocalFile",
    "OutputFolder",
    "ProjectPath",
    "TemplatePattern",
    "TemplateSource",
    "checked_copy",
    "checked_source",
    "contains",
]

_RESERVED = {".git", ".dazzle-infra"}
_HOST = r"(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::[0-9]{1,5})?"
_USER = r"[A-Za-z0-9_][A-Za-z0-9_.-]*"
_URL_PATH = r"/[^\s\\?#]+"
_URLS = (
    rf"https://{_HOST}{_URL_PATH}",
    rf"ssh://(?:{_USER}@)?{_HOST}{_URL_PATH}",
    rf"{_USER}@[A-Za-z0-9][A-Za-z0-9.-]*:(?!-)[^\s\\?#]+",
    r"file:///[^\s\\?#]+",
    r"dazzle-infra://[a-z][a-z0-9-]*/?",
)
_SOURCES_HINT = "https://…, ssh://…, git@host:path, file:///…, dazzle-infra://… or a path"

LocalFile = Annotated[str, Rule(r"(?!-|~[^/])[^\x00-\x1f\x7f]+", "must be the path of a file", longest=1000)]
"""Path of a file, relative to the project or absolute, `~` allowed."""


def _inside(value: str) -> str:
    """Return the normalised path. It must be relative, POSIX and inside the project."""
    if "\\" in value:
        raise RefusedError("must be written with `/`, not `\\`")
    if value.startswith(("/", "~")) or re.match(r"[A-Za-z]:", value):
        raise RefusedError("must be relative to the folder of dazzle.toml")
    path = posixpath.normpath(value) if value else "."
    if path.split("/")[0] == "..":
        raise RefusedError("must be inside the project; `..` leads outside")
    for part in path.casefold().split("/"):
        if part in _RESERVED:
            raise RefusedError(f"must not be in {part}, which is reserved")
    return path


def _folder(value: str) -> str:
    path = _inside(value)
    if path == ".":
        raise RefusedError(
            "must be a folder below the project, not the project itself",
            "the backend manages all files in its output directory",
        )
    if len(path) > 200 or not all(re.fullmatch(r"(?!-)[A-Za-z0-9._-]{1,100}", part) for part in path.split("/")):
        raise RefusedError("must contain only letters, digits, `.`, `_` and `-`")
    return path


def checked_copy(value: str) -> str:
    """Return the normalised path of a file or folder that may be copied into the image.

    Raises:
        RefusedError: The path is outside the project, is the project itself, contains secrets, or is a pattern for
            Docker.
    """
    path = _inside(value)
    if path == ".":
        raise RefusedError(
            "must name files and folders, not the whole project",
            "the project directory contains secrets and generated files",
        )
    name = posixpath.basename(path).casefold()
    if name == ".env" or name.startswith(".env."):
        raise RefusedError("must not be in the image: files with this name contain secrets")
    if not all(re.fullmatch(r"(?!-)[\w.@+-]+(?: [\w.@+-]+)*", part) for part in path.split("/")):
        raise RefusedError(
            "must contain only letters, digits, single spaces, `.`, `_`, `-`, `+` and `@`",
            "Docker interprets patterns and `$`",
        )
    return path


OutputFolder = Annotated[str, AfterValidator(_folder)]
"""Folder into which a template is rendered."""

ProjectPath = Annotated[str, AfterValidator(checked_copy)]
"""File or folder of the project that is copied into the image."""


def checked_source(value: str) -> str:
    """Return the URL or path of a template, without `git+`.

    Raises:
        RefusedError: The value could be an option, could run a command, contains credentials, or is neither a URL nor
            a path.
    """
    source = value.removeprefix("git+")
    if not source or len(source) > 1000 or re.search(r"[\x00-\x1f\x7f]", source):
        raise RefusedError("must be a git URL or a path", _SOURCES_HINT)
    if re.match(r"~[^/]", source):
        raise RefusedError("must not refer to another user's home directory", _SOURCES_HINT)
    if source.startswith("-"):
        raise RefusedError("must not begin with `-`: git would treat it as an option", _SOURCES_HINT)
    if has_credentials(source):
        raise RefusedError(
            "must not contain credentials: it is recorded in the answers file",
            "use a git credential helper or ssh",
        )
    if any(re.fullmatch(url, source) for url in _URLS):
        return source
    if source != value:
        raise RefusedError("must be a git URL after `git+`", _SOURCES_HINT)
    if re.match(r"[A-Za-z][\w+.-]*::", source):
        raise RefusedError("must not use a git transport helper, which can run commands", _SOURCES_HINT)
    if re.match(r"[^/]*:", source):
        raise RefusedError("is not a supported URL for a template", _SOURCES_HINT)
    return source


TemplateSource = Annotated[str, AfterValidator(checked_source)]
"""A git URL or the path of a git repository."""


def _pattern(value: str) -> str:
    if re.search(r"[{}]", value.replace("{name}", "", 1)) or "{name}" not in value:
        raise RefusedError(
            "must contain {name} once, for the name of the backend", "such as https://git.example.com/infra-{name}.git"
        )
    return checked_source(value.replace("{name}", "name")) and value.removeprefix("git+")


TemplatePattern = Annotated[str, AfterValidator(_pattern)]
"""Git URL or path of the templates of several backends, with `{name}` in it."""


def contains(folder: str, path: str) -> bool:
    """Return whether `path` is `folder` or below it. Case is ignored, because some file systems ignore it."""
    return f"{path.casefold()}/".startswith(f"{folder.casefold()}/")
