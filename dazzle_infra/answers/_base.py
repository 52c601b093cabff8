"""What the answers of every template have in common."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["Answers", "EntryPoint", "Part", "Variable"]


class Part(BaseModel):
    """A structured value inside an answer: closed, immutable, plain data when dumped."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Answers(Part):
    """Answers of one template.

    The fields of a subclass are exactly the questions of that template's `copier.yml`: the same names,
    types and defaults. Text, numbers and booleans are questions of that type; everything structured is a
    question of type `yaml`.
    """


class EntryPoint(Part):
    """A process of the application that listens on a port.

    Attributes:
        name: `web` for the application itself; others are further processes of the same image.
        command: The command in exec form; empty for the runtime's own (allowed for `web` alone).
        port: The port that it listens on, inside the container.
        health_path: The path that answers 200 while the process is alive.
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
        value: A default that makes sense, or empty.
        because: What asks for it, naming a construct, never a file or a line.
    """

    name: str
    secret: bool = False
    value: str = ""
    because: str = ""
