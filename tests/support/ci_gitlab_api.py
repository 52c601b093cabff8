"""The part of GitLab's API that pipelines call, on this machine."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

__all__ = ["Api", "api"]


@dataclass
class Api:
    """What the API was asked, and what it says is there.

    Attributes:
        url: Its address.
        open: Issues and merge requests that are open.
        posts: Path and body of what was sent, in order.
        tokens: The tokens of all requests.
    """

    url: str = ""
    open: list[dict[str, Any]] = field(default_factory=list)
    posts: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    tokens: set[str] = field(default_factory=set)


@contextmanager
def api() -> Iterator[Api]:
    """Serve the API while the context lasts."""
    state = Api()

    class Handler(BaseHTTPRequestHandler):
        said: ClassVar[Api] = state

        def do_GET(self) -> None:
            self._answer(self.said.open)

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.said.posts.append((self.path, body))
            self._answer({"iid": 1})

        def _answer(self, document: object) -> None:
            self.said.tokens.add(self.headers["PRIVATE-TOKEN"])
            content = json.dumps(document).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
