"""What Dazzle's own tables say that matters here.

Read as Dazzle reads them (dazzle/core/manifest.py of dazzle-dsl 0.125), but without a complaint: a table that Dazzle
would refuse is Dazzle's to refuse, and what is not understood is left out.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dazzle_infra.project.manifest.document import Document
from dazzle_infra.requirements.facts import OAuthProvider, StorageTable

__all__ = ["Project", "oauth_providers", "read_project", "storage_tables", "text_at"]

_REFERENCE = re.compile(r"\$\{([A-Z_][A-Z0-9_]*)\}")
_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Project:
    """What Dazzle knows about the application.

    Attributes:
        name: `[project] name`, or `unnamed`, as Dazzle has it.
        version: `[project] version`.
        framework_version: The version of dazzle-dsl that the project asks for, such as `~0.125`, or None.
        module_paths: Where the model's files are, POSIX, normalised.
    """

    name: str = "unnamed"
    version: str = "0.0.0"
    framework_version: str | None = None
    module_paths: tuple[str, ...] = ("dsl",)


def read_project(data: dict[str, Any]) -> Project:
    """Return what `[project]` and `[modules]` say."""
    paths = _table(data, "modules").get("paths", ["./dsl"])
    known = [path for path in paths if isinstance(path, str) and path] if isinstance(paths, list) else []
    return Project(
        name=_one_line(text_at(data, "project", "name") or "") or Project.name,
        version=text_at(data, "project", "version") or Project.version,
        framework_version=text_at(data, "project", "framework_version"),
        module_paths=tuple(dict.fromkeys(posixpath.normpath(path) for path in known)),
    )


def storage_tables(document: Document) -> Iterator[StorageTable]:
    """Yield the `[storage.NAME]` tables, in the order of the file."""
    for name, table in _table(document.data, "storage").items():
        if isinstance(table, dict):
            buckets = _references(table.get("bucket"))
            others = {*_references(table.get("region")), *_references(table.get("endpoint_url"))}
            yield StorageTable(
                name=name,
                bucket_variables=buckets,
                variables=tuple(sorted(others.difference(buckets))),
                source=document.source(("storage", name)),
            )


def oauth_providers(document: Document) -> Iterator[OAuthProvider]:
    """Yield the `[[auth.oauth_providers]]` that name the variables they need, in the order of the file."""
    providers = _table(document.data, "auth").get("oauth_providers")
    for index, provider in enumerate(providers if isinstance(providers, list) else ()):
        if not isinstance(provider, dict):
            continue
        name, *variables = (provider.get(key) for key in ("provider", "client_id_env", "client_secret_env"))
        if isinstance(name, str) and all(isinstance(word, str) and _VARIABLE.fullmatch(word) for word in variables):
            client_id, client_secret = map(str, variables)
            source = document.source(("auth", "oauth_providers", index))
            yield OAuthProvider(name, client_id, client_secret, source)


def text_at(data: dict[str, Any], table: str, key: str) -> str | None:
    """Return a text of one of Dazzle's tables, or None where there is none."""
    value = _table(data, table).get(key)
    return value if isinstance(value, str) and value else None


def _table(data: dict[str, Any], name: str) -> dict[str, Any]:
    value = data.get(name)
    return value if isinstance(value, dict) else {}


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _references(value: object) -> tuple[str, ...]:
    """Return the variables that a text refers to, sorted."""
    return tuple(sorted(set(_REFERENCE.findall(value)))) if isinstance(value, str) else ()
