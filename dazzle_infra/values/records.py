"""Records of the workload that are parts of answers."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["EntryPoint", "Part", "Variable"]


class Part(BaseModel):
    """The base class of structured values in answers: immutable, without unknown fields, dumped as plain data."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class EntryPoint(Part):
    """A process of the application that listens on a port.

    Attributes:
        name: `web` for the application itself; others are further processes of the same image.
        command: The command in exec form; empty for the default of the runtime (allowed for `web` alone).
        port: The port that it listens on, inside the container.
        health_path: Path of the health check, which returns 200.
        path: The URL path prefix under which the cloud's load balancer exposes it; `/` for `web`.
    """

    name: str
    command: list[str] = []
    port: int = 8000
    health_path: str = "/health"
    path: str = "/"


class Variable(Part):
    """A variable that the application reads and that the infrastructure does not set by itself.

    Attributes:
        name: The name of the environment variable.
        secret: Whether the value is a secret; then `value` is empty.
        value: A default; empty if there is none.
        because: The construct that requires it, without file and line, so that a moved line changes no rendered file.
    """

    name: str
    secret: bool = False
    value: str = ""
    because: str = ""
