"""Places: folders and files of the project, and where templates come from."""

from __future__ import annotations

import posixpath
import re
from typing import Annotated

from pydantic import AfterValidator

from dazzle_infra.manifest.rules import RefusedError, Rule

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

_OURS_NEVER = {".git", ".dazzle-infra"}
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
    """Return the path, normalised, that must be relative, POSIX and inside the project."""
    if "\\" in value:
        raise RefusedError("must be written with `/`, not `\\`")
    if value.startswith(("/", "~")) or re.match(r"[A-Za-z]:", value):
        raise RefusedError("must be relative to the folder of dazzle.toml")
    path = posixpath.normpath(value) if value else "."
    if path.split("/")[0] == "..":
        raise RefusedError("must be inside the project: `..` leads out of it")
    for part in path.casefold().split("/"):
        if part in _OURS_NEVER:
            raise RefusedError(f"must not be in {part}, which is not a folder for files of the project")
    return path


def _folder(value: str) -> str:
    path = _inside(value)
    if path == ".":
        raise RefusedError(
            "must be a folder of its own below the project",
            "a template owns its folder; whatever else is there would be taken for an edit",
        )
    if len(path) > 200 or not all(re.fullmatch(r"(?!-)[A-Za-z0-9._-]{1,100}", part) for part in path.split("/")):
        raise RefusedError("must be made of letters, digits, `.`, `_` and `-`, since commands name it")
    return path


def checked_copy(value: str) -> str:
    """Return the path, normalised, of what may go into the image.

    Raises:
        RefusedError: It is outside the project, all of it, secret, or means something else to Docker.
    """
    path = _inside(value)
    if path == ".":
        raise RefusedError(
            "must name files and folders, not the whole project",
            "the project's folder holds secrets and what is generated",
        )
    name = posixpath.basename(path).casefold()
    if name == ".env" or name.startswith(".env."):
        raise RefusedError("must not be in the image: files of this name hold secrets")
    if not all(re.fullmatch(r"(?!-)[\w.@+-]+(?: [\w.@+-]+)*", part) for part in path.split("/")):
        raise RefusedError(
            "must be made of letters, digits, single spaces, `.`, `_`, `-`, `+` and `@`",
            "patterns and `$` mean other things to Docker",
        )
    return path


OutputFolder = Annotated[str, AfterValidator(_folder)]
"""Folder that a template is rendered into."""

ProjectPath = Annotated[str, AfterValidator(checked_copy)]
"""File or folder of the project that goes into the image."""


def checked_source(value: str) -> str:
    """Return the URL or path, without `git+`, of a template.

    Raises:
        RefusedError: It is an option, runs commands, holds credentials, or is none.
    """
    source = value.removeprefix("git+")
    if not source or len(source) > 1000 or re.search(r"[\x00-\x1f\x7f]", source):
        raise RefusedError("must be a git URL or a path", _SOURCES_HINT)
    if re.match(r"~[^/]", source):
        raise RefusedError("must not name another person's folder", _SOURCES_HINT)
    if source.startswith("-"):
        raise RefusedError("must not begin with `-`: git would read an option", _SOURCES_HINT)
    if re.match(r"https://[^/]*@|ssh://[^/@]*:[^/@]*@", source):
        raise RefusedError(
            "must hold no credentials: it is recorded in the answers file",
            "let git's credential helper answer, or use ssh",
        )
    if any(re.fullmatch(url, source) for url in _URLS):
        return source
    if source != value:
        raise RefusedError("must be a git URL after `git+`", _SOURCES_HINT)
    if re.match(r"[A-Za-z][\w+.-]*::", source):
        raise RefusedError("must not name a transport helper of git, which runs commands", _SOURCES_HINT)
    if re.match(r"[^/]*:", source):
        raise RefusedError("is not a URL that a template may come from", _SOURCES_HINT)
    return source


TemplateSource = Annotated[str, AfterValidator(checked_source)]
"""A git URL or the path of a git repository."""


def _pattern(value: str) -> str:
    if re.search(r"[{}]", value.replace("{name}", "", 1)) or "{name}" not in value:
        raise RefusedError(
            "must hold {name} once, for the name of the backend", "such as https://git.example.com/infra-{name}.git"
        )
    return checked_source(value.replace("{name}", "docker")) and value.removeprefix("git+")


TemplatePattern = Annotated[str, AfterValidator(_pattern)]
"""Git URL or path of the templates of several backends, with `{name}` in it."""


def contains(folder: str, path: str) -> bool:
    """Say whether `path` is `folder` or in it, also where the file system takes both cases for the same."""
    return f"{path.casefold()}/".startswith(f"{folder.casefold()}/")
