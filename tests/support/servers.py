"""Servers that tests start on free ports of this machine, and requests with exact headers."""

from __future__ import annotations

import socket
import ssl
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path

__all__ = ["Answer", "ask", "connection_with_tls", "free_port", "running"]

_SECONDS = 30

Answer = tuple[int, str]
"""The status and the text of a response."""


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str], port: int, cwd: Path, environment: Mapping[str, str], user: int | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server until the end of the block; wait until it listens.

    Args:
        command: The command.
        port: The port that it listens on.
        cwd: The folder that it runs in, and that gets what it prints.
        environment: Its variables.
        user: The user and group that it runs as, in the root of the file system; None for those of the tests.

    Raises:
        AssertionError: It ended, or does not listen; the message contains what it printed.
    """
    log = cwd / f"server-{port}.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            cwd=cwd if user is None else "/",
            env=dict(environment),
            stdout=output,
            stderr=subprocess.STDOUT,
            user=user,
            group=user,
            extra_groups=None if user is None else (),
        )
    try:
        end = time.monotonic() + _SECONDS
        while not _listens(port):
            assert process.poll() is None, f"{command[0]} ended: {log.read_text()}"
            assert time.monotonic() < end, f"{command[0]} does not listen: {log.read_text()}"
            time.sleep(0.05)
        yield process
    finally:
        process.terminate()
        process.wait(_SECONDS)


def ask(port: int, path: str, headers: Mapping[str, str], *, method: str = "GET", body: str | None = None) -> Answer:
    """Send one request with these headers; `Host` must be one of them."""
    connection = HTTPConnection("127.0.0.1", port, timeout=_SECONDS)
    try:
        connection.request(method, path, body, dict(headers))
        response = connection.getresponse()
        return response.status, response.read().decode()
    finally:
        connection.close()


def connection_with_tls(port: int, host: str, authority: str) -> HTTPConnection:
    """Open a connection to a port of this machine; the certificate is checked for the host.

    Args:
        port: The port.
        host: The host that the request is for.
        authority: The certificate of the authority, PEM.
    """
    context = ssl.create_default_context(cadata=authority)
    connection = HTTPConnection(host)
    raw = socket.create_connection(("127.0.0.1", port), timeout=_SECONDS)
    connection.sock = context.wrap_socket(raw, server_hostname=host)
    return connection


def _listens(port: int) -> bool:
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0
