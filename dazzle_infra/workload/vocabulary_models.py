"""The names and types of the vocabulary, as `vocabulary` gives them: for the documentation and for checks."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from dazzle_infra.values.profiles import Profile, Size
from dazzle_infra.values.rules import Rule
from dazzle_infra.workload import model
from dazzle_infra.workload.labels import DNS_LABEL

__all__ = ["Vocabulary"]

Label = Annotated[str, DNS_LABEL]
VariableName = Annotated[str, Rule(r"[A-Za-z_][A-Za-z0-9_]*", "must be a name of an environment variable")]
Line = Annotated[str, Rule(r"[^\x00-\x1f\x7f]*", "must be one line", longest=100_000)]
Word = Annotated[str, Rule(r"[^\x00-\x1f\x7f]+", "must be one line that is not empty", longest=100_000)]
UrlPath = Annotated[str, Rule(r"(?:/.*)?", "must be empty or begin with `/`", longest=200)]


class Part(BaseModel):
    """A record of the vocabulary."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, defer_build=True, use_attribute_docstrings=True)


class Value(Part):
    """A variable with its value, for one service."""

    name: VariableName
    """Name of the environment variable."""
    value: Line
    """Its value."""


class Service(Part):
    """A process of the application's image."""

    name: Label
    """Unique among services and stores, at most 21 characters: `APP_NAME-NAME` has at most 52."""
    kind: model.Kind
    """`web` is the application itself; `process` is a further process that listens; `worker` works in the background,
    the scheduler of a task queue included;
    `scheduled` starts at the times of `cron`; `release` runs once before a new version starts, such as a migration."""
    command: Annotated[list[str], Field(min_length=1)]
    """Command in exec form; it takes the place of the image's entry point and command."""
    port: Annotated[int, Field(ge=0, le=65535)]
    """Port that the process listens on; 0 for none."""
    path: UrlPath
    """URL path under which a proxy exposes the process, such as `/`; empty for none."""
    health_path: UrlPath
    """Path of the health check, which answers 200; empty if the process does not listen."""
    health_host: Line
    """Value of the header `Host` that the health check has to send; empty for any."""
    cron: Line
    """Cron expression of five fields; empty unless `kind` is `scheduled`."""
    timezone: Line
    """IANA time zone of `cron`; empty unless `kind` is `scheduled`."""
    size: Size
    """Size of each copy, in the environment with the highest profile."""
    min_count: Annotated[int, Field(ge=1)]
    """Smallest number of copies, in the environment with the highest profile."""
    max_count: Annotated[int, Field(ge=1)]
    """Largest number of copies, in the environment with the highest profile."""
    stop_seconds: Annotated[int, Field(ge=1)]
    """Seconds between the request to stop and the kill."""
    variables: list[Value]
    """Variables of this service alone, such as `PORT`."""


class Store(Part):
    """A service outside the image that keeps or transports data."""

    name: Label
    """Unique among services and stores, at most 21 characters."""
    engine: model.Engine
    """Its kind; a template ignores engines that it does not know."""
    version: Line
    """Major version; empty if the engine has none."""
    because: Line
    """What it is for."""


class Binding(Part):
    """A variable of the application whose value the infrastructure knows."""

    variable: VariableName
    """Name of the environment variable."""
    role: model.Role
    """What the value is: `url`, the address of `store` with credentials; `queue_url`, the address of a queue of the
    cloud; `public_url`, the address of the application without a path; `trusted_proxies`, IP addresses or networks of
    the proxies; `bucket`, `endpoint` and `region` of object storage; `mail_provider`, `mailpit` or `ses`; `smtp_host`
    and `smtp_port` of the mail server."""
    store: Label | Literal[""]
    """Name of the store that it belongs to; empty for none, or for all stores of an engine."""
    secret: bool
    """Whether the value contains a secret."""
    required: bool
    """Whether the application needs the variable in each environment."""
    because: Line
    """What reads it."""


class Setting(Part):
    """A variable of the application that a person sets; its value is no secret."""

    name: VariableName
    """Name of the environment variable."""
    value: Line
    """Default; empty if only a person knows the value."""
    because: Line
    """What reads it."""


class Secret(Part):
    """A variable of the application whose value is a secret; the value is never part of the vocabulary."""

    name: VariableName
    """Name of the environment variable."""
    generated: bool
    """Whether a random value serves; otherwise a person obtains the value."""
    because: Line
    """What reads it."""


class WritablePath(Part):
    """A folder that the application writes to; the rest of the file system can be read-only."""

    path: Annotated[str, Rule(r"/.+", "must be an absolute path", longest=200)]
    """Absolute POSIX path in the container."""
    persistent: bool
    """Whether its content outlives the container."""


class Environment(Part):
    """A deployment of the application."""

    name: Label
    """Name, at most 12 characters."""
    profile: Profile
    """What kind of environment it is."""
    domain: Line
    """Public host name; empty if none is set."""
    image: Line
    """Image with registry and tag or digest; empty for `image`."""
    approval: bool
    """Whether a person approves each deployment."""


class Vocabulary(Part):
    """Everything that a template can ask for. Lists are sorted by name unless stated otherwise."""

    vocabulary_version: int
    """Version of the vocabulary."""
    app_name: Label
    """Name of the application, at most 30 characters; once recorded it stays until it is renamed on request."""
    app_title: Word
    """Title of the application."""
    app_version: Word
    """Version of the application."""
    directory: Word
    """Output directory, POSIX, relative to the project."""
    project_root: Word
    """The project, POSIX, relative to the output directory."""
    runtime: Word
    """Name of what runs the application, for display: no template needs to branch on it."""
    image: Word
    """Image of the application with a tag or digest, for environments that name none."""
    services: list[Service]
    """Processes of the image: `web` first, then further processes by name, the worker, the scheduler of a task queue,
    the migration and the scheduled processes by name."""
    stores: list[Store]
    """Services outside the image."""
    bindings: list[Binding]
    """Variables whose values the infrastructure knows."""
    settings: list[Setting]
    """Variables that a person sets."""
    secrets: list[Secret]
    """Variables whose values are secrets."""
    writable_paths: list[WritablePath]
    """Folders that the application writes to."""
    user_id: Annotated[int, Field(ge=1)]
    """User and group that the containers run as."""
    environments: list[Environment]
    """Environments, in the order of dazzle.toml."""
