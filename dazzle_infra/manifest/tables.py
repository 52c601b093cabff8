"""The `[infra]` tables of dazzle.toml: every key, its type and its default."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from dazzle_infra.answers._rules import ContainerImage, Region
from dazzle_infra.answers.profiles import EnvironmentSettings
from dazzle_infra.answers.runtimes import RuntimeName
from dazzle_infra.inference.model import Need
from dazzle_infra.manifest.commands import split_command
from dazzle_infra.manifest.names import (
    DazzleVersion,
    EnvironmentName,
    ImageName,
    PythonVersion,
    Reason,
    Ref,
    Title,
    UrlPath,
)
from dazzle_infra.manifest.places import LocalFile, OutputFolder, ProjectPath, TemplatePattern, TemplateSource
from dazzle_infra.manifest.rules import RefusedError
from dazzle_infra.manifest.words import shown

__all__ = ["Backend", "DockerTable", "EntryPointTable", "InfraTable", "OverrideTable", "TerraformTable"]

Backend = Literal["docker", "terraform"]


def _tuple(value: object) -> object:
    """TOML knows lists; what is frozen holds tuples."""
    return tuple(value) if isinstance(value, list) else value


def _distinct(value: object) -> object:
    if isinstance(value, list):
        if not value:
            raise RefusedError("must name at least one")
        counted = Counter(entry for entry in value if isinstance(entry, str))
        twice = next((entry for entry, count in counted.items() if count > 1), None)
        if twice is not None:
            raise RefusedError(f"must name each one once; {shown(twice)} is there twice")
    return _tuple(value)


def _reasoned(value: object) -> object:
    if isinstance(value, bool):
        raise RefusedError(
            "must give a reason too",
            f'write {{ needed = {shown(value)}, reason = "…" }}; the reason is shown as evidence',
        )
    return value


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
Answers = dict[str, Any]


class Table(BaseModel):
    """A closed table: an unknown key is an error, and no value is converted to another type."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True)


class EntryPointTable(Table):
    """A process of the application that listens on a port; `web` is the application itself.

    Attributes:
        command: Its command, a string that is split as a shell does or a list of strings; `web` has one of its own.
        port: The port that it listens on, inside the container; for `web` 8000, with a runtime of Node 3000.
        health_path: The path that answers 200 while the process is alive.
        path: The URL path under which the load balancer exposes it; `/` for `web`, `/NAME` for others.
    """

    command: Command = ()
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    health_path: UrlPath = "/health"
    path: UrlPath | None = None


class DockerTable(Table):
    """What the Docker backend makes.

    Attributes:
        variant: Form of the output; Compose is the only one.
        image_name: Name of the image that is built, without a tag; by default the application's name.
        output: Folder that it is rendered into, relative to dazzle.toml.
        python_version: Version of Python in the image, such as "3.12"; by default that of the template.
        copy_paths: Files and folders that go into the image; by default the model's and the conventional ones.
        template: Git URL or path of the template; by default the embedded one.
        ref: Tag, range of versions such as `^1.2`, or branch of the template; by default its newest release.
        answers: Answers to questions that the template asks beyond those of the embedded one.
    """

    variant: Literal["compose"] = "compose"
    image_name: ImageName | None = None
    output: OutputFolder = "infra/docker"
    python_version: PythonVersion | None = None
    # `copy` itself is a method of every pydantic model.
    copy_paths: Annotated[tuple[ProjectPath, ...], BeforeValidator(_distinct)] | None = Field(None, alias="copy")
    template: TemplateSource | None = None
    ref: Ref | None = None
    answers: Answers = {}


class TerraformTable(Table):
    """What the Terraform backend makes.

    Attributes:
        root_module: Folder that it is rendered into, relative to dazzle.toml.
        cloud_provider: The cloud.
        environments: Names of the environments, each a folder below `envs/`.
        container_image: Image of all environments, with its registry and a tag or a digest.
        region: Region of all environments.
        template: Git URL or path of the template; by default the embedded one.
        ref: Tag, range of versions such as `^1.2`, or branch of the template; by default its newest release.
        answers: Answers to questions that the template asks beyond those of the embedded one.
        env: Settings of single environments, by name.
    """

    root_module: OutputFolder = "infra/terraform"
    cloud_provider: Literal["aws"] = "aws"
    environments: Annotated[tuple[EnvironmentName, ...], BeforeValidator(_distinct)] = ("dev", "staging", "prod")
    container_image: ContainerImage | None = None
    region: Region | None = None
    template: TemplateSource | None = None
    ref: Ref | None = None
    answers: Answers = {}
    env: dict[str, EnvironmentSettings] = {}


class OverrideTable(Table):
    """A need that is forced or forbidden, whatever the model says.

    Attributes:
        needed: Whether it is needed.
        reason: Why, in one line; shown as evidence.
    """

    needed: bool
    reason: Reason


class InfraTable(Table):
    """What dazzle-infra makes for this application.

    Attributes:
        backends: What `dazzle infra all` makes.
        name: The application's name; by default that of `[project]`.
        runtime: What runs the application; by default what its files depend on, else dazzle.
        dazzle: The `dazzle` command that reads the model: a path relative to dazzle.toml, or a name on PATH.
        dazzle_version: Version of dazzle-dsl in the image where the project does not pin one.
        appspec: Path of an AppSpec exported as JSON, read instead of the model.
        templates: Git URL or path of the templates of all backends, with `{name}` in it for the backend's name.
        worker_command: Command of the worker; by default the application's own.
        scheduler_command: Command that the schedules start; without it no scheduler is made.
        entry_points: Processes that listen, by name.
        docker: What the Docker backend makes.
        terraform: What the Terraform backend makes.
        overrides: Needs that are forced or forbidden.
    """

    backends: Annotated[tuple[Backend, ...], BeforeValidator(_distinct)] = ("docker", "terraform")
    name: Title | None = None
    runtime: RuntimeName | None = None
    dazzle: LocalFile | None = None
    dazzle_version: DazzleVersion | None = None
    appspec: LocalFile | None = None
    templates: TemplatePattern | None = None
    worker_command: Command = ()
    scheduler_command: Command = ()
    entry_points: dict[str, EntryPointTable] = {}
    docker: DockerTable = DockerTable()
    terraform: TerraformTable = TerraformTable()
    overrides: dict[Need, Annotated[OverrideTable, BeforeValidator(_reasoned)]] = {}
