"""The model of a workload: services, stores and variables, independent of any tool."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple

from dazzle_infra.requirements.model import Evidence, Need
from dazzle_infra.values.profiles import Profile, Size

__all__ = [
    "Binding",
    "Engine",
    "Environment",
    "Kind",
    "Role",
    "Schedule",
    "Secret",
    "Service",
    "Setting",
    "Store",
    "Value",
    "Workload",
    "WritablePath",
]

Kind = Literal["web", "process", "worker", "scheduled", "release"]
Engine = Literal["postgresql", "redis", "s3", "smtp", "tigerbeetle"]
Role = Literal[
    "url",
    "queue_url",
    "public_url",
    "trusted_proxies",
    "bucket",
    "endpoint",
    "region",
    "mail_provider",
    "smtp_host",
    "smtp_port",
]


class Schedule(NamedTuple):
    """A schedule of the model.

    Attributes:
        name: Its name in the model.
        cron: The cron expression, as the model states it; None where it states an interval or nothing.
        interval_seconds: Seconds between two runs; None where the model states a cron expression or nothing.
        timezone: IANA time zone of the cron expression.
    """

    name: str
    cron: str | None
    interval_seconds: int | None
    timezone: str


class Value(NamedTuple):
    """A variable with its value, for one service."""

    name: str
    value: str


class Service(NamedTuple):
    """A process of the application's image.

    Attributes:
        name: DNS label, unique among the services.
        kind: What starts it, and when.
        command: The command in exec form; never empty.
        port: The port that it listens on; 0 where it listens on none.
        path: URL path under which a proxy exposes it; empty where it does not listen.
        health_path: Path of the health check, which returns 200; empty where it does not listen.
        health_host: Value of the header `Host` that the application accepts at the health path; empty for any.
        schedule: When it starts; None unless the kind is `scheduled`.
        size: Size of each copy.
        min_count: Smallest number of copies.
        max_count: Largest number of copies.
        stop_seconds: Seconds between the request to stop and the kill.
        variables: Variables of this service alone.
    """

    name: str
    kind: Kind
    command: tuple[str, ...]
    port: int
    path: str
    health_path: str
    health_host: str
    schedule: Schedule | None
    size: Size
    min_count: int
    max_count: int
    stop_seconds: int
    variables: tuple[Value, ...]


class Store(NamedTuple):
    """A service outside the image that keeps or transports data.

    Attributes:
        name: DNS label, unique among the stores.
        engine: Its kind.
        version: Major version; empty where the engine has none.
        because: What it is for, naming no file.
    """

    name: str
    engine: Engine
    version: str
    because: str


class Binding(NamedTuple):
    """A variable whose value the infrastructure knows.

    Attributes:
        variable: The name of the environment variable.
        role: What the value is.
        store: The store that it belongs to; empty for none, or for all stores of an engine.
        secret: Whether the value contains a secret.
        required: Whether the application needs it wherever it runs.
        evidence: What reads it; never empty.
        because: The short reason.
    """

    variable: str
    role: Role
    store: str
    secret: bool
    required: bool
    evidence: tuple[Evidence, ...]
    because: str


class Setting(NamedTuple):
    """A variable that the user sets and whose value is not secret.

    Attributes:
        name: The name of the environment variable.
        value: A default; empty if only the user knows the value.
        evidence: What reads it; never empty.
        because: The short reason.
    """

    name: str
    value: str
    evidence: tuple[Evidence, ...]
    because: str


class Secret(NamedTuple):
    """A variable whose value is a secret and never part of an answer.

    Attributes:
        name: The name of the environment variable.
        generated: Whether the value can be random; otherwise the user must obtain it.
        evidence: What reads it; never empty.
        because: The short reason.
    """

    name: str
    generated: bool
    evidence: tuple[Evidence, ...]
    because: str


class WritablePath(NamedTuple):
    """A folder that the application writes to.

    Attributes:
        path: Absolute POSIX path in the container.
        persistent: Whether its content outlives the container.
    """

    path: str
    persistent: bool


class Environment(NamedTuple):
    """A deployment of the application.

    Attributes:
        name: DNS label.
        profile: The profile of the environment.
        domain: Public host name; empty where none is set.
        image: Image with registry and tag or digest; empty for that of the workload.
        approval: Whether each deployment requires approval.
    """

    name: str
    profile: Profile
    domain: str = ""
    image: str = ""
    approval: bool = False


class Workload(NamedTuple):
    """The services of an application, the stores that it uses and the variables that it reads.

    Attributes:
        name: The application's name: lower-case letters, digits and single hyphens, of any length.
        title: The application's title, on one line.
        version: The application's version.
        runtime: The name of what runs the application, for display.
        needs: The needs that apply.
        services: `web` first, then by kind and name.
        schedules: The model's schedules by name, also those that no service runs.
        stores: By name.
        bindings: By variable.
        settings: By name.
        secrets: By name.
        writable_paths: By path.
        user_id: The user and group that the containers run as.
        environments: In the order of the manifest.
    """

    name: str
    title: str
    version: str
    runtime: str
    needs: frozenset[Need]
    services: tuple[Service, ...]
    schedules: tuple[Schedule, ...]
    stores: tuple[Store, ...]
    bindings: tuple[Binding, ...]
    settings: tuple[Setting, ...]
    secrets: tuple[Secret, ...]
    writable_paths: tuple[WritablePath, ...]
    user_id: int
    environments: tuple[Environment, ...]

    def variables(self) -> Iterator[tuple[str, Binding | Setting | Secret]]:
        """Yield every variable of the application, by name."""
        named: list[Setting | Secret] = [*self.settings, *self.secrets]
        every = {one.variable: one for one in self.bindings} | {one.name: one for one in named}
        yield from sorted(every.items())
