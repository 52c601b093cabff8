"""Load on a server: requests at a steady rate on connections that stay open."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

__all__ = ["Load", "under_load"]


@dataclass
class Load:
    """What became of the requests.

    Attributes:
        answers: Status and first word of each answer, in order.
        dropped: What went wrong with requests that got no answer.
    """

    answers: list[tuple[int, str]] = field(default_factory=list)
    dropped: list[str] = field(default_factory=list)

    @property
    def versions(self) -> list[str]:
        """The first word of each answer, repetitions left out."""
        words = [word for _, word in self.answers]
        return [word for index, word in enumerate(words) if index == 0 or words[index - 1] != word]


@contextmanager
def under_load(connect: Callable[[], http.client.HTTPConnection], rate: int = 50, clients: int = 5) -> Iterator[Load]:
    """Send requests while the context is open.

    Args:
        connect: Opens a connection.
        rate: Requests per second of all clients together.
        clients: Number of connections.
    """
    load, stop = Load(), threading.Event()
    threads = [threading.Thread(target=_client, args=(connect, rate / clients, load, stop)) for _ in range(clients)]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)


def _client(connect: Callable[[], http.client.HTTPConnection], rate: float, load: Load, stop: threading.Event) -> None:
    connection, begun, number = connect(), time.monotonic(), 0
    try:
        while not stop.is_set():
            number += 1
            try:
                connection.request("POST" if number % 2 else "GET", "/", body="x" if number % 2 else None)
                answer = connection.getresponse()
                text = answer.read().decode(errors="replace")
                load.answers.append((answer.status, text.partition(" ")[0]))
            except (OSError, http.client.HTTPException) as error:
                load.dropped.append(f"{type(error).__name__}: {error}")
                connection.close()
                connection = connect()
            stop.wait(max(0.0, begun + number / rate - time.monotonic()))
    finally:
        connection.close()
