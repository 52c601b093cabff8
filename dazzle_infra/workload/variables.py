"""Functions that read variables and secrets from the requirements, for all backends."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from dazzle_infra.requirements import because
from dazzle_infra.requirements.model import Inferred, Setting
from dazzle_infra.values.records import Variable

__all__ = ["external", "generated_secrets", "one_line", "storage_variables", "variable"]


def one_line(text: str) -> str:
    """Return the text on one line: titles are rendered into comments and headings."""
    return " ".join(text.split())


def external(inferred: Inferred) -> Iterable[Setting]:
    """Return the variables that the user sets; the infrastructure knows all others."""
    return (setting for setting in inferred.environment if setting.origin == "external")


def variable(setting: Setting) -> Variable:
    """Return the variable as templates know it; a secret never carries a value."""
    value = "" if setting.secret else setting.default or ""
    return Variable(name=setting.name, secret=setting.secret, value=value, because=because(setting))


def generated_secrets(inferred: Inferred) -> set[str]:
    """Return the names of the secrets that can be generated."""
    return {setting.name for setting in inferred.environment if setting.origin == "generated"}


def storage_variables(inferred: Inferred, what: Literal["buckets", "endpoints", "regions"]) -> list[str]:
    """Return the names of the variables that each hold the name, the address or the region of a bucket, sorted."""
    names = inferred["storage"].detail.get(what, ())
    return sorted(str(name) for name in names) if isinstance(names, list | tuple) else []
