"""The program that Terraform starts as a provider: it asks the process that forks providers for one, and waits for it.

It imports next to nothing, because it is started that often. Without such a process it becomes the provider itself.
"""

from __future__ import annotations

import os
import sys

__all__ = ["FORKS", "main"]

FORKS = "TFSTUB_FORKS"
"""The variable that names the socket of `tests.tfstub.forks`."""


def main(folder: str, root: str) -> None:
    """Be the provider that is prepared in the folder."""
    path = os.environ.get(FORKS)
    if not path:
        start = f"import sys; sys.path[:0] = [{root!r}]; from tests.tfstub.provider import main; main({folder!r})"
        os.execv(  # noqa: S606, there is no shell to start
            sys.executable, [sys.executable, "-c", start]
        )
    # The module `socket` takes longer to import than all the rest.
    import _socket

    connection = _socket.socket(_socket.AF_UNIX)
    connection.connect(path)
    variables = [name + b"=" + value for name, value in os.environb.items()]
    message = b"\0".join([os.getcwdb(), os.fsencode(folder), *variables]) + b"\0\0"  # noqa: PTH109, pathlib takes longer
    streams = b"".join(number.to_bytes(4, sys.byteorder) for number in range(3))
    sent = connection.sendmsg([message], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, streams)])
    connection.sendall(message[sent:])
    for number in range(3):
        os.close(number)
    connection.recv(1)
