"""The `[infra]` tables of dazzle.toml: every key, its type and its default."""

from __future__ import annotations

import inspect
import re
from collections import Counter
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    WithJsonSchema,
)
from pydantic_core import CoreSchema

from dazzle_infra.project.manifest.hooks import HooksTable
from dazzle_infra.project.runtimes import RuntimeName
from dazzle_infra.values.addresses import ContainerImage, HostName
from dazzle_infra.values.commands import split_command
from dazzle_infra.values.names import BackendName, Reason, Title, UrlPath
from dazzle_infra.values.paths import LocalFile, ProjectPath, TemplatePattern
from dazzle_infra.values.profiles import Profile
from dazzle_infra.values.rules import RefusedError
from dazzle_infra.values.versions import DazzleVersion
from dazzle_infra.values.words import shown

__all__ = ["CommandsTable", "EntryPointTable", "EnvironmentTable", "InfraTable", "OverrideTable", "Table", "distinct"]


def _tuple(value: object) -> object:
    """TOML knows lists; what is frozen holds tuples."""
    return tuple(value) if isinstance(value, list) else value


def distinct(value: object) -> object:
    """Return a list as a tuple.

    Raises:
        RefusedError: It is empty, or an entry occurs twice.
    """
    if isinstance(value, list):
        if not value:
            raise RefusedError("must contain at least one entry")
        counted = Counter(entry for entry in value if isinstance(entry, str))
        twice = next((entry for entry, count in counted.items() if count > 1), None)
        if twice is not None:
            raise RefusedError(f"must not contain duplicates; {shown(twice)} occurs twice")
    return _tuple(value)


def _reasoned(value: object) -> object:
    if isinstance(value, bool):
        raise RefusedError(
            "must include a reason",
            f'write {{ needed = {shown(value)}, reason = "…" }}; the reason is reported as evidence',
        )
    return value


def _need(value: str) -> str:
    """Refuse a name that is not a need's."""
    from dazzle_infra.requirements.needs import NEED_NAMES

    if value not in NEED_NAMES:
        raise RefusedError("is no need", f"the needs are {', '.join(NEED_NAMES)}")
    return value


NeedName = Annotated[str, AfterValidator(_need)]
Command = Annotated[
    tuple[str, ...],
    BeforeValidator(split_command),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "minLength": 1},
                {"type": "array", "items": {"type": "string"}, "minItems": 1},
            ]
        }
    ),
]


class Table(BaseModel):
    """A closed table: an unknown key is an error, and no value is converted to another type."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Describe each field in the JSON Schema by the `Attributes:` section of the docstring."""
        found = handler(schema)
        described = _attributes(cls)
        for name, node in handler.resolve_ref_schema(found).get("properties", {}).items():
            if "description" not in node and name in described:
                node["description"] = described[name]
        return found


def _attributes(model: type[BaseModel]) -> dict[str, str]:
    """Return what the `Attributes:` sections of a model's docstring and those of its bases say of each field."""
    found: dict[str, str] = {}
    for base in reversed(model.__mro__):
        section = inspect.cleandoc(base.__doc__ or "").partition("Attributes:\n")[2]
        found |= re.findall(r"^    (\w+): (.+(?:\n {8}.+)*)", section, flags=re.MULTILINE)
    fields = model.model_fields
    return {fields[name].alias or name: " ".join(text.split()) for name, text in found.items() if name in fields}


class EntryPointTable(Table):
    """A process of the application that listens on a port; `web` is the application itself.

    Attributes:
        command: A string that is split as in a shell, or a list of strings; `web` has a default.
        port: Port inside the container; for `web`, by default 8000, or 3000 with a Node runtime.
        health_path: Path of the health check, which returns 200.
        path: The URL path under which the load balancer exposes it; `/` for `web`, `/NAME` for others.
    """

    command: Command = ()
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    health_path: UrlPath = "/health"
    path: UrlPath | None = None


class EnvironmentTable(Table):
    """An environment of the application, for all backends.

    Attributes:
        profile: Profile of the environment; by default derived from its name (prod, staging, else development).
        domain_name: Public host name of the application.
        image: Image with its registry and a tag or a digest.
        approval: Whether a person approves each deployment; pipelines ask by default before production.
        target: Backend that deploys the environment, where several backends have an environment of that name.
    """

    profile: Profile | None = None
    domain_name: HostName | None = None
    image: ContainerImage | None = None
    approval: bool = False
    target: BackendName | None = None


class CommandsTable(Table):
    """Commands of the application in its image, in place of those that follow from the runtime.

    Attributes:
        serve: Serves the application on the port of `web`; a string that is split as in a shell, or a list of strings.
        migrate: Migrates the database.
        worker: Does the asynchronous work; the same as `worker_command`.
    """

    serve: Command = ()
    migrate: Command = ()
    worker: Command = ()


class OverrideTable(Table):
    """A need that is forced or forbidden, regardless of the model.

    Attributes:
        needed: Whether the need is required.
        reason: Reason, in one line; shown as evidence.
    """

    needed: bool
    reason: Reason


class InfraTable(Table):
    """Settings of dazzle-infra for this application.

    `infra_model` adds the tables of the backends, and limits `backends` to their names.

    Attributes:
        backends: Backends that `dazzle infra all` generates.
        name: The application's name; by default that of `[project]`. A change renames existing resources.
        runtime: Runtime of the application; by default the one among its dependencies, else dazzle.
        dazzle: The `dazzle` command that reads the model: a path relative to dazzle.toml, or a name on PATH.
        dazzle_version: Version of dazzle-dsl in the image, if the project does not pin one.
        appspec: Path of an AppSpec exported as JSON, read instead of the model.
        templates: Git URL or path of the templates of all backends, with `{name}` in it for the backend's name.
        dockerfile: The project's own Dockerfile, which is used in place of a generated one.
        worker_command: Command of the worker; by default the application's own.
        scheduler_command: Command that the schedules start; without it no scheduler is created.
        commands: Commands of the application in its image.
        entry_points: Listening processes, by name.
        env: Environments of the application, by name.
        overrides: Needs that are forced or forbidden.
        hooks: Hooks that run before and after files are written.
    """

    backends: Annotated[tuple[str, ...], BeforeValidator(distinct)] = ()
    name: Title | None = None
    runtime: RuntimeName | None = None
    dazzle: LocalFile | None = None
    dazzle_version: DazzleVersion | None = None
    appspec: LocalFile | None = None
    templates: TemplatePattern | None = None
    dockerfile: ProjectPath | None = None
    worker_command: Command = ()
    scheduler_command: Command = ()
    commands: CommandsTable = CommandsTable()
    entry_points: dict[str, EntryPointTable] = {}
    env: dict[str, EnvironmentTable] = {}
    overrides: dict[NeedName, Annotated[OverrideTable, BeforeValidator(_reasoned)]] = {}
    hooks: HooksTable = HooksTable()
