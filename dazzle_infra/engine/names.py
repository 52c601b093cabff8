"""Names that a template may render: those that mean a file, and one file, wherever the project is checked out."""

from __future__ import annotations

import re
import unicodedata

from dazzle_infra.errors import TemplateError

__all__ = ["check_name"]

_LONGEST = 1_000
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
"""Control characters, and those that are not seen: HFS+ leaves them out, and they make a name look like another."""

_CLOSED = re.compile(r"\.git|git~\d+|\.dazzle-infra|dazzle~\d+")
"""git's folder and ours, by their long names and by those that Windows makes of them."""

_DEVICES = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?")


def check_name(path: str) -> None:
    """Refuse a rendered path, POSIX and relative, that could be taken for something else than an ordinary file's.

    Raises:
        TemplateError: It is in git's folder or ours, the user's `.env`, a device, holds what is not printed, or what
            Windows reads otherwise.
    """
    if why := _why_not(path):
        raise TemplateError(
            f"the template renders the name {path[:200]!a}, {why}",
            code="template_unsafe",
            hint="tell the template's owner; if a value of dazzle.toml is in it, change that",
        )


def _why_not(path: str) -> str | None:
    if len(path) > _LONGEST:
        return "which is too long"
    try:
        path.encode()
    except UnicodeEncodeError:
        return "which is no text"
    if _CONTROL.search(path):
        return "which holds a character that is not seen"
    if re.search(r"[\\:]", path):
        return "which Windows reads as another place"
    # A merge would put what is in the user's own into git's objects, and print it.
    if _plain(path) == ".env":
        return "which is the user's own file of secrets"
    for part in path.split("/"):
        plain = _plain(part)
        if not plain:
            return "which is no file's"
        if _CLOSED.fullmatch(plain):
            return f"which is in {part!a}, a folder that is not a template's"
        if _DEVICES.fullmatch(plain):
            return "which is a device on Windows"
    return None


def _plain(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold().rstrip(". ")
