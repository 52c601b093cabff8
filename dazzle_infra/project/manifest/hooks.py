"""`[infra.hooks]` of dazzle.toml: the hooks that run besides those of the backends, and their options."""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from dazzle_infra.project.manifest.problem import Problem
from dazzle_infra.values.rules import RefusedError, Rule
from dazzle_infra.values.words import KeyPath, nearest, quoted, shown, written

__all__ = ["EXECUTABLE", "HooksTable", "check_hooks", "unknown_options"]

EXECUTABLE = "./"
"""The start of a name that is the path of an executable of the project."""

_NAME = Rule(
    r"[a-z][a-z0-9_]*", "is not the name of a hook", "the path of an executable starts with ./, such as ./tools/check"
)


def _hook(value: str) -> str:
    if not value.startswith(EXECUTABLE):
        return _NAME.check(value)
    path = posixpath.normpath(value)
    if path.split("/")[0] == ".." or path == "." or "\\" in value or any(not char.isprintable() for char in value):
        raise RefusedError("must be the path of an executable inside the project", "such as ./tools/after-infra")
    return f"{EXECUTABLE}{path}"


def _distinct(value: object) -> object:
    if not isinstance(value, list):
        return value
    twice = next((one for one, count in Counter(map(str, value)).items() if count > 1), None)
    if twice is not None:
        raise RefusedError(f"must not contain duplicates; {shown(twice)} occurs twice")
    return tuple(value)


HookName = Annotated[str, AfterValidator(_hook)]
HookNames = Annotated[tuple[HookName, ...], BeforeValidator(_distinct)]


class HooksTable(BaseModel):
    """Hooks, and their options in one table each: `[infra.hooks.NAME]`."""

    model_config = ConfigDict(frozen=True, extra="allow", strict=True, defer_build=True)
    __pydantic_extra__: dict[str, Any]

    pre_build: HookNames = Field(
        (), description="Opt-in hooks, or executables of the project (`./PATH`), that run before files are written."
    )
    post_build: HookNames = Field(
        (), description="Opt-in hooks, or executables of the project (`./PATH`), that run after files are written."
    )
    skip: HookNames = Field((), description="Hooks that do not run.")

    @property
    def options(self) -> dict[str, dict[str, Any]]:
        """The tables of options, by the name of the hook."""
        return self.__pydantic_extra__ or {}


def check_hooks(table: HooksTable) -> Iterator[Problem]:
    """Yield the problem of each unknown key: what is not a list of hooks is a table of options."""
    for name, value in table.options.items():
        if not isinstance(value, dict):
            known = list(HooksTable.model_fields)
            hint = f"the keys of [infra.hooks] are {', '.join(known)}; options of a hook are a table"
            yield _unknown(("infra", "hooks"), name, known, hint)


def unknown_options(error: ValidationError, name: str, model: type[BaseModel]) -> list[Problem]:
    """Return the problems of unknown keys in a table of options.

    Args:
        error: What pydantic found.
        name: The hook.
        model: The model of its options.
    """
    table: KeyPath = ("infra", "hooks", name)
    keys = [details["loc"][0] for details in error.errors() if details["type"] == "extra_forbidden"]
    known = [field.alias or key for key, field in model.model_fields.items()]
    hint = f"the keys of {written(table, table=True)} are {', '.join(known)}" if known else "the hook has no options"
    return [_unknown(table, str(key), known, hint) for key in keys]


def _unknown(table: KeyPath, key: str, known: Sequence[str], hint: str) -> Problem:
    message, near = f"unknown key {quoted(key)} in {written(table, table=True)}", nearest(key, known)
    guessed = f"{message}; did you mean {quoted(near)}?" if near else message
    return Problem((*table, key), guessed, None if near else hint, is_whole=True)
