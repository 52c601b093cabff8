"""The records that only answers of the Docker template are composed of."""

from __future__ import annotations

from dazzle_infra.project.runtimes.details import Role
from dazzle_infra.values.records import Part

__all__ = ["Binding", "FixedVariable", "Page", "SecretReason", "WritablePath"]


class Binding(Part):
    """A variable that carries a value of the stack to the application.

    Attributes:
        variable: The name of the variable.
        role: Which value it carries: the address of the object store, the kind and the address of the mail server, the
            port, or the public address of the application.
    """

    variable: str
    role: Role


class FixedVariable(Part):
    """A variable that the stack sets to a fixed value.

    Attributes:
        name: The name of the variable.
        value: Its value.
        purpose: What it is for, in a few words.
        because: Why it is set, in sentences.
    """

    name: str
    value: str
    purpose: str
    because: str = ""


class SecretReason(Part):
    """What requires a secret.

    Attributes:
        name: The name of the secret.
        because: What requires it, in a few words.
    """

    name: str
    because: str


class WritablePath(Part):
    """A directory of the container that the application writes to; a volume keeps its content.

    Attributes:
        path: The directory, absolute.
        content: What it contains, in a few words.
    """

    path: str
    content: str


class Page(Part):
    """A page of the application that the README lists.

    Attributes:
        title: What the page is.
        path: Its URL path.
    """

    title: str
    path: str
