"""Answers requests with the version, finishes those that are in progress when it is stopped, works, or migrates."""

import os
import signal
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

VERSION, FAULT = os.environ["VERSION"], os.environ["FAULT"]


class Handler(BaseHTTPRequestHandler):
    """Answers with the version and what the proxy says."""

    protocol_version = "HTTP/1.1"
    timeout = 75

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        if self.path.startswith("/slow"):
            time.sleep(8)
        healthy = FAULT != "unhealthy" or self.path != "/health"
        names = sorted(name for name in os.environ if name.endswith(("_URL", "_SECRET", "_KEY")))
        proto, client = self.headers.get("X-Forwarded-Proto"), self.headers.get("X-Forwarded-For")
        host = self.headers.get("Host")
        body = f"{VERSION} {self.path} {proto} {host} {client} {','.join(names)}\n".encode()
        self.send_response(200 if healthy else 503)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    do_POST = do_GET  # noqa: N815 - http.server calls it by this name

    def log_message(self, *arguments: object) -> None:
        """Write nothing."""


def serve() -> None:
    server = ThreadingHTTPServer(("0.0.0.0", int(os.environ["PORT"])), Handler)
    server.daemon_threads = False
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    sys.stdout.write(f"serving {VERSION}\n")
    server.serve_forever()
    # Requests that are in progress end; connections without one are closed.
    deadline = time.monotonic() + 30
    while any(thread.name.startswith("Thread") and _is_busy(thread) for thread in threading.enumerate()):
        if time.monotonic() > deadline:
            break
        time.sleep(0.1)
    os._exit(0)


def _is_busy(thread: threading.Thread) -> bool:
    frame = sys._current_frames().get(thread.ident or 0)
    while frame is not None:
        if frame.f_code.co_name == "do_GET":
            return True
        frame = frame.f_back
    return False


def migrate() -> None:
    if FAULT == "failing-migration":
        sys.exit("the migration does not work")
    if FAULT == "slow-migration":
        time.sleep(60)
    sys.stdout.write(f"migrated to {VERSION}\n")


def work() -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    sys.stdout.write(f"working {VERSION}\n")
    while True:
        time.sleep(1)


{"serve": serve, "migrate": migrate, "work": work}[sys.argv[1]]()
