"""Values that identify what exists: kept from the recorded answers, and changed only where that is asked for.

Another application name gives Compose a new project with empty volumes and Terraform an empty state; another region or
network range replaces what an environment holds. So a value of this kind follows from what is general (`[project]
name`, `[infra.terraform] region`, a default) only once, when the files are made. What names the one thing itself
(`[infra] name`, `[infra.terraform.env.NAME] region`, `--rename`, `--relocate NAME`) changes it later too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from dazzle_infra.project.manifest import Manifest
from dazzle_infra.values.names import NameLimit

__all__ = ["Kept", "Made", "Replaced", "changed_name", "place", "recorded_environments", "stated_in"]

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_BEFORE = NameLimit(20, is_hashed=False)
"""The length limit of names before each backend had its own."""


@dataclass(frozen=True)
class Made:
    """What was made already, and which of its values may change.

    Attributes:
        recorded: The recorded answers; empty where nothing was made.
        renames: Whether the application takes the name that dazzle.toml says now.
        relocates: Environments that take the region that dazzle.toml says now.
        limit: The length that the version of the template allows for the name; None for that of the backend.
        questions: The questions of the version of the template, by name; None where no version is chosen yet.
        template: The template and its version, for messages.
    """

    recorded: Mapping[str, object] = field(default_factory=dict)
    renames: bool = False
    relocates: frozenset[str] = frozenset()
    limit: NameLimit | None = None
    questions: Mapping[str, object] | None = None
    template: str = "the template"

    def name(self, manifest: Manifest, limit: NameLimit) -> str:
        """Return the application's name.

        Args:
            manifest: What dazzle.toml says.
            limit: The length that the backend's tool allows.
        """
        limit = self.limit or limit
        recorded = self.recorded.get("app_name")
        if self.renames or not isinstance(recorded, str) or len(recorded) > limit.longest:
            return limit.fit(manifest.name)
        is_stated = manifest.infra.name is not None and not _is_cut(recorded, manifest.name, limit)
        return limit.fit(manifest.name) if is_stated or not _NAME.fullmatch(recorded) else recorded

    def kept_name(self, manifest: Manifest, limit: NameLimit, value: object, effect: str) -> list[Kept]:
        """Return what there is to say of the application's name: that it is cut, or that it is the recorded one.

        Args:
            manifest: What dazzle.toml says.
            limit: The length that the backend's tool allows.
            value: The name in the answers.
            effect: What follows from another name.
        """
        limit = self.limit or limit
        if not isinstance(value, str) or value == manifest.name:
            return []
        is_own = manifest.infra.name is not None
        table = "infra" if is_own else "project"
        kept = Kept("app_name", None, None, value, manifest.name, f"[{table}] name", place(manifest, table, "name"))
        if value == limit.fit(manifest.name):
            return [replace(kept, is_cut=True)]
        needs_option = is_own or _is_cut(value, manifest.name, limit)
        statement = "" if needs_option else f'[infra] name = "{manifest.name}"'
        return [replace(kept, option="--rename", statement=statement, effect=effect)]

    @property
    def environments(self) -> dict[str, Mapping[str, object]]:
        """The recorded environments, by name."""
        return recorded_environments(self.recorded)


def stated_in(manifest: Manifest, *path: str) -> str:
    """Name a key of dazzle.toml, with its line where the file sets it."""
    where = place(manifest, *path)
    key = f"[{'.'.join(path[:-1])}] {path[-1]}"
    return f"{key} {where}" if where else key


def place(manifest: Manifest, *path: str) -> str | None:
    """Return the place of a key, or None where dazzle.toml does not set it."""
    return str(manifest.where(*path)) if manifest.says(*path) else None


def _is_cut(recorded: str, name: str, limit: NameLimit) -> bool:
    """Say whether a recorded name is the name itself, cut by this version or an earlier one."""
    limits = (limit, NameLimit(limit.longest, is_hashed=False), _BEFORE, NameLimit(_BEFORE.longest))
    return recorded in {name, *(one.fit(name) for one in limits)}


def recorded_environments(answers: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    """Return the environments of answers, by name; what is no environment is left out."""
    environments = answers.get("environments")
    found = [one for one in environments if isinstance(one, Mapping)] if isinstance(environments, list) else []
    return {one["name"]: one for one in found if isinstance(one.get("name"), str)}


@dataclass(frozen=True)
class Kept:
    """A value that identifies what exists and that differs from what dazzle.toml says.

    Attributes:
        answer: The question.
        entry: The entry of it, such as an environment; None where the answer is one value.
        key: The key of that entry.
        value: The value that is used.
        stated: What dazzle.toml says, or comes to.
        source: The key that says it.
        where: Its place, or None where dazzle.toml does not set it.
        is_cut: Whether the value is what dazzle.toml says, cut to the length that the tool allows.
        option: The option of `update` that takes what dazzle.toml says; empty where the value is cut.
        statement: What dazzle.toml may say instead; empty where nothing would change the value.
        effect: What follows from a change.
    """

    answer: str
    entry: str | None
    key: str | None
    value: str
    stated: str
    source: str
    where: str | None = None
    is_cut: bool = False
    option: str = ""
    statement: str = ""
    effect: str = ""


@dataclass(frozen=True)
class Replaced:
    """A changed value that identifies existing resources, which are therefore replaced.

    Attributes:
        answer: The question.
        entry: The entry of it, such as an environment; None where the answer is one value.
        key: The key of that entry.
        before: The recorded value.
        after: The new one.
        holds_data: Whether what is replaced holds data.
        consequence: What is replaced and what becomes of the data.
    """

    answer: str
    entry: str | None
    key: str | None
    before: str
    after: str
    holds_data: bool
    consequence: str


def changed_name(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[str, str] | None:
    """Return the recorded name and the new one, where both are there and differ."""
    old, new = before.get("app_name"), after.get("app_name")
    return (old, new) if isinstance(old, str) and isinstance(new, str) and old != new else None
