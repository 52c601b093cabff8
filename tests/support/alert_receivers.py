"""Receivers of alerts, and an application that fails, on free ports of this machine."""

from __future__ import annotations

import json
import threading
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, TCPServer, ThreadingTCPServer
from typing import Any

__all__ = ["Person", "application"]

_SMTP = {"AUTH": "235 welcome", "EHLO": "250-here\r\n250 AUTH PLAIN", "DATA": "354 go on", "QUIT": "221 bye"}


class Person:
    """Receives alerts by mail and by a webhook.

    Attributes:
        alerts: The alert that the webhook got last, by name.
        mail: All mail, in the order of its arrival.
        passwords: The passwords that the SMTP server got.
    """

    def __init__(self) -> None:
        self.alerts: dict[str, dict[str, Any]] = {}
        self.mail = ""
        self.passwords: set[str] = set()

    @contextmanager
    def webhook(self) -> Iterator[int]:
        """Run the receiver of the webhook; yield its port."""
        person = self

        class Hook(_Quiet):
            def do_POST(self) -> None:
                for alert in json.loads(self.rfile.read(int(self.headers["Content-Length"])))["alerts"]:
                    person.alerts[alert["labels"]["alertname"]] = alert
                self.answer(200)

        with _listening(ThreadingHTTPServer(("127.0.0.1", 0), Hook)) as port:
            yield port

    @contextmanager
    def mail_server(self) -> Iterator[int]:
        """Run an SMTP server that accepts every password; yield its port."""
        person = self

        class Mail(StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"220 here\r\n")
                for line in iter(self.rfile.readline, b""):
                    command, *words = line.decode().split()
                    self.wfile.write(f"{_SMTP.get(command, '250 OK')}\r\n".encode())
                    if command == "AUTH":
                        person.passwords.add(b64decode(words[1]).decode().split("\0")[2])
                    elif command == "DATA":
                        person.mail += b"".join(iter(self.rfile.readline, b".\r\n")).decode()
                        self.wfile.write(b"250 OK\r\n")

        with _listening(ThreadingTCPServer(("127.0.0.1", 0), Mail)) as port:
            yield port


@contextmanager
def application() -> Iterator[int]:
    """Run an application that answers /health and fails at every other path; yield its port."""

    class Application(_Quiet):
        def do_GET(self) -> None:
            self.answer(200 if self.path == "/health" else 500)

    with _listening(ThreadingHTTPServer(("127.0.0.1", 0), Application)) as port:
        yield port


class _Quiet(BaseHTTPRequestHandler):
    def answer(self, status: int) -> None:
        self.send_response(status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def _listening(server: TCPServer) -> Iterator[int]:
    with server:
        threading.Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
        yield int(server.server_address[1])
        server.shutdown()
