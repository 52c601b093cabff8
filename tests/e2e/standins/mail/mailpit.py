#!/usr/bin/env python3
"""A mail catcher that stands in for Mailpit: SMTP on 1025, `GET /api/v1/messages` on 8025, `mailpit readyz`.

It does not prove: that Mailpit's image has its binary at /mailpit, starts as an unprivileged user with a read-only file
system, or takes a message that this one takes; nothing is shown of its pages.
"""

from __future__ import annotations

import email
import email.policy
import json
import sys
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller

MESSAGES: list[dict[str, Any]] = []


class Inbox:
    """Keeps every message in memory."""

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        """Take a message, whoever it is for."""
        message = email.message_from_bytes(envelope.content, policy=email.policy.default)
        to = [{"Address": address} for address in envelope.rcpt_tos]
        MESSAGES.append({"Subject": str(message["Subject"]), "From": {"Address": envelope.mail_from}, "To": to})
        return "250 kept"


class Pages(BaseHTTPRequestHandler):
    """Lists the messages as Mailpit's API does, and says that it is ready."""

    def do_GET(self) -> None:
        """Answer every path: the list, or that all is well."""
        listing = {"total": len(MESSAGES), "messages": MESSAGES[::-1]}
        body = json.dumps(listing).encode() if self.path.startswith("/api/v1/messages") else b"ok"
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def main() -> None:
    """Serve, or with `readyz` say whether the one that serves is ready."""
    if sys.argv[1:] == ["readyz"]:
        urllib.request.urlopen("http://127.0.0.1:8025/readyz", timeout=2).close()
        return
    Controller(Inbox(), hostname="0.0.0.0", port=1025).start()
    ThreadingHTTPServer(("0.0.0.0", 8025), Pages).serve_forever()


if __name__ == "__main__":
    main()
