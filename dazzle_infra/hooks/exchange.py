"""The JSON documents that an executable hook reads and prints."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dazzle_infra.hooks.protocol import HookContext, HookResult

__all__ = ["SCHEMA_VERSION", "JsonArtifacts", "read_result", "write_context"]

SCHEMA_VERSION: Final = 1


@dataclass(frozen=True)
class JsonArtifacts:
    """What an executable returned as `artifacts`.

    Attributes:
        hook: Its name.
        values: The object.
    """

    hook: str
    values: Mapping[str, Any]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    path: str = Field(min_length=1, max_length=1000)
    content: str
    executable: bool = False


class _Result(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    success: bool = True
    message: str = ""
    artifacts: dict[str, Any] = {}
    display_to_user: list[str] = []
    next_steps: list[str] = []
    writes: list[_File] = []


def write_context(context: HookContext) -> bytes:
    """Return the JSON document of a context; it contains no secret."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "phase": context.phase,
        "dry_run": context.dry_run,
        "is_update": context.is_update,
        "project": str(context.project),
        "root": str(context.root),
        "application": context.application,
        "backend": context.backend,
        "directory": context.directory,
        "final_directory": context.final_directory,
        "files": sorted(context.rendered),
        "answers": dict(context.answers),
        "requirements": [asdict(one) for one in context.requirements],
        "environment": [asdict(one) for one in context.requirements.environment],
        "appspec": context.appspec.model_dump(mode="json"),
        "workload": _plain(context.workload),
        "options": context.options.model_dump(mode="json"),
        "artifacts": {one.hook: one.values for one in context.artifacts if isinstance(one, JsonArtifacts)},
    }
    return json.dumps(document, default=str).encode()


def _plain(value: Any) -> Any:
    """Return named tuples as objects, with all that they contain."""
    if hasattr(value, "_asdict"):
        return {name: _plain(inner) for name, inner in value._asdict().items()}
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return {name: _plain(inner) for name, inner in value.items()} if isinstance(value, dict) else value


def _refuse_constant(name: str) -> float:
    raise ValueError(f"{name} is not valid JSON")


def read_result(printed: bytes, context: HookContext, name: str) -> HookResult:
    """Return the result that an executable printed.

    Args:
        printed: Its standard output.
        context: Its context.
        name: Its name.

    Raises:
        ValueError: It is not a JSON document of the expected form; the message is the rest of a sentence.
    """
    try:
        stated = _Result.model_validate(json.loads(printed, parse_constant=_refuse_constant))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"]) or "the document"
        says = "must be a JSON object" if first["type"] == "model_type" else first["msg"]
        raise ValueError(f"printed a result that is not valid: {place}: {says}") from None
    except (ValueError, RecursionError):
        what = "nothing" if not printed.strip() else "text that is not JSON"
        raise ValueError(f"printed {what}; the result is a JSON object, {{}} for success") from None
    try:
        writes = [context.file(one.path, one.content, 0o755 if one.executable else 0o644) for one in stated.writes]
    except ValueError as error:
        raise ValueError(f"printed a file that cannot be written: {error}") from None
    return HookResult(
        success=stated.success,
        message=stated.message,
        artifacts=(JsonArtifacts(name, stated.artifacts),) if stated.artifacts else (),
        display_to_user=tuple(stated.display_to_user),
        next_steps=tuple(stated.next_steps),
        writes=tuple(writes),
    )
