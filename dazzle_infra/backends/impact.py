"""What a change of generated files means for what was made from them."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Address", "Impact", "MovedAddress"]


@dataclass(frozen=True)
class Address:
    """What the tool that runs the files calls a thing that it manages.

    Attributes:
        address: Its name, such as `module.queue.aws_sqs_queue.main`.
        roots: Folders in which the tool is run, relative to the backend's directory, sorted.
    """

    address: str
    roots: tuple[str, ...]


@dataclass(frozen=True)
class MovedAddress:
    """A thing that is called something else from now on, and stays.

    Attributes:
        old: What it was called.
        new: What it is called.
        roots: As in `Address`.
    """

    old: str
    new: str
    roots: tuple[str, ...]


@dataclass(frozen=True)
class Impact:
    """What a change of the files means for what was made from them, when the tool is run next.

    Attributes:
        dropped: What is destroyed.
        stateful: Those of them that hold data.
        moved: What is called something else.
        forgotten: What the tool forgets, and does not destroy.
        unknown: Files that cannot be read, so that nothing is known of what they declare.
    """

    dropped: tuple[Address, ...] = ()
    stateful: tuple[Address, ...] = ()
    moved: tuple[MovedAddress, ...] = ()
    forgotten: tuple[Address, ...] = ()
    unknown: tuple[str, ...] = ()
