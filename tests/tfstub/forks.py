"""Providers that are forked from a process that has imported gRPC: one command of Terraform starts up to six.

The import takes a quarter of a second of processor time, as much as most providers take for their answers. A fork has
the environment, the directory and the streams that a provider of its own would have. Run as a program, this module is
the process that forks. It ends with its standard input.
"""

from __future__ import annotations

import gc
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.tfstub.provider import Provider

__all__ = ["started"]


def started() -> str:
    """Start the process that forks, and return its socket; it ends with the calling process."""
    folder = Path(tempfile.mkdtemp(prefix="tfstub-"))
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", __name__, str(folder)],
        cwd=Path(__file__).parents[2],
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    socket_path = process.stdout.readline().decode().strip()
    assert socket_path, "the process that forks providers did not start"
    process.stdout.close()
    _RUNNING.append(process)
    return socket_path


_RUNNING: list[subprocess.Popen[bytes]] = []
"""Keeps the standard input of the processes open."""


def _serve(folder: Path) -> None:
    """Fork a provider for each connection, until standard input ends."""
    from tests.tfstub.provider import Provider

    providers: dict[str, Provider] = {}
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel reaps the forks
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / "forks"))
        listener.listen(64)
        sys.stdout.write(f"{folder / 'forks'}\n")
        sys.stdout.flush()
        gc.freeze()
        while sys.stdin not in select.select([sys.stdin, listener], [], [])[0]:
            connection, _ = listener.accept()
            with connection:
                request, descriptors = _received(connection)
                if request:
                    home, place, *environment = request
                    if place not in providers:
                        providers[place] = Provider(Path(place))
                    if os.fork() == 0:
                        listener.close()
                        _become(providers[place], connection, descriptors, home, environment)
                for descriptor in descriptors:
                    os.close(descriptor)
    shutil.rmtree(folder, ignore_errors=True)


def _received(connection: socket.socket) -> tuple[list[str], list[int]]:
    """Return the directory, the folder and the variables of a provider, and its streams; nothing of a dead relay."""
    message, descriptors, _, _ = socket.recv_fds(connection, 1 << 16, 3)
    while not message.endswith(b"\0\0"):
        part = connection.recv(1 << 16)
        if not part:
            return [], descriptors
        message += part
    return [os.fsdecode(part) for part in message[:-2].split(b"\0")], descriptors


def _become(
    provider: Provider, connection: socket.socket, descriptors: list[int], home: str, environment: list[str]
) -> None:
    """Become the provider that Terraform has started; end with the relay, which Terraform may kill."""
    from tests.tfstub.plugin import serve

    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.environ.clear()
    os.environ.update(dict(variable.split("=", 1) for variable in environment))
    os.chdir(home)

    def end() -> None:
        connection.recv(1)
        os._exit(1)

    threading.Thread(target=end, daemon=True).start()
    serve(provider.methods())


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
