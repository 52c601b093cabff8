"""The records that answers of the server template are composed of, after the vocabulary of templates."""

from __future__ import annotations

from dazzle_infra.backends.answer_records import Value
from dazzle_infra.values.profiles import Size
from dazzle_infra.values.records import Part
from dazzle_infra.workload.model import Kind

__all__ = ["Schedule", "Secret", "Service", "Setting", "WritablePath"]


class Service(Part):
    """A process of the application's image.

    Attributes:
        name: Unique among services and stores.
        kind: What starts it, and when.
        command: The command in exec form, which takes the place of the image's entry point and command.
        port: The port that it listens on; 0 for none.
        path: URL path under which the proxy exposes it; empty for none.
        health_path: Path of the health check; empty if the process does not listen.
        health_host: The host that the health check sends; empty for any.
        size: Its size.
        stop_seconds: Seconds between the request to stop and the kill.
        variables: Variables of this service alone.
    """

    name: str
    kind: Kind
    command: list[str]
    port: int = 0
    path: str = ""
    health_path: str = ""
    health_host: str = ""
    size: Size = "small"
    stop_seconds: int = 60
    variables: list[Value] = []


class Setting(Part):
    """A variable that a person sets.

    Attributes:
        name: Its name.
        value: A default; may be empty.
        because: What reads it.
    """

    name: str
    value: str = ""
    because: str = ""


class Secret(Part):
    """A variable whose value is a secret.

    Attributes:
        name: Its name.
        generated: Whether a random value serves.
        because: What reads it.
    """

    name: str
    generated: bool = False
    because: str = ""


class WritablePath(Part):
    """A folder that the application writes to.

    Attributes:
        path: Absolute path in the container.
        persistent: Whether its content outlives the container.
    """

    path: str
    persistent: bool = False


class Schedule(Part):
    """When a scheduled service runs.

    Attributes:
        name: The service.
        calendar: Calendar expressions of systemd.
    """

    name: str
    calendar: list[str]
