"""The parts of a runtime's record: what an application of it reads, writes and shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

__all__ = [
    "COMMON_BINDINGS",
    "Binding",
    "DataFolder",
    "FirstUser",
    "FixedVariable",
    "OptionalVariable",
    "Page",
    "Role",
]

Role: TypeAlias = Literal["endpoint", "mail_provider", "port", "public_url", "smtp_host", "smtp_port"]
"""What a variable carries: the address of an object store, the kind and address of a mail server, the port, a URL."""


@dataclass(frozen=True)
class Binding:
    """A variable by which the application receives a value of its surroundings."""

    variable: str
    role: Role


COMMON_BINDINGS: Final = (
    Binding("AWS_ENDPOINT_URL", "endpoint"),
    Binding("PORT", "port"),
    Binding("SMTP_HOST", "smtp_host"),
    Binding("SMTP_PORT", "smtp_port"),
)
"""What a runtime without variables of its own is given; the first is that of all SDKs of AWS
(docs.aws.amazon.com/sdkref, "Service-specific endpoints")."""


@dataclass(frozen=True)
class FixedVariable:
    """A variable that every development stack sets to the same value.

    Attributes:
        name: The variable.
        value: Its value.
        purpose: What it is for, in a few words.
        because: Why it is set, in sentences.
    """

    name: str
    value: str
    purpose: str
    because: str


@dataclass(frozen=True)
class OptionalVariable:
    """A setting of the runtime that a person may want to change.

    Attributes:
        name: The variable.
        value: A value that is not the default, or the default; empty for none.
        because: What it does, in sentences.
        program: The program that reads it; empty if each command of `web` does.
    """

    name: str
    value: str
    because: str
    program: str = ""


@dataclass(frozen=True)
class DataFolder:
    """A folder of the container that the application writes to and that outlives the container."""

    path: str
    content: str


@dataclass(frozen=True)
class Page:
    """A page of the application that people open."""

    title: str
    path: str


@dataclass(frozen=True)
class FirstUser:
    """The command that creates the first user, and the sentence that introduces it, where the templates have none."""

    command: tuple[str, ...]
    note: str = ""
