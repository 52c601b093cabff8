"""The proxy of the server template, with a real Caddy and its own certificate authority."""

from __future__ import annotations

import http.client
import http.server
import json
import os
import ssl
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.caddy import Caddy, caddy_program, serving
from tests.support.server_template import SHAPES, rendered
from tests.support.servers import free_port

pytestmark = pytest.mark.slow

DOMAINS = {name: one.environments[0].domain for name, one in SHAPES.items()}


class Application(http.server.BaseHTTPRequestHandler):
    """Answers with the colour and the headers of the request; a host that begins with `unknown` is refused."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"] or 0))
        host = self.headers["Host"]
        if self.path.startswith("/slow"):
            time.sleep(2)
        body = json.dumps(
            {"color": str(getattr(self.server, "color", "")), "host": host, "path": self.path, **dict(self.headers)}
        )
        self.send_response(400 if host.startswith("unknown") else 200)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "session=cookie-of-the-answer")
        self.end_headers()
        self.wfile.write(body.encode())

    do_POST = do_GET  # noqa: N815 - http.server calls it by this name

    def log_message(self, *arguments: object) -> None:
        """Write nothing."""


@contextmanager
def application(color: str) -> Iterator[int]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Application)
    server.color = color  # type: ignore[attr-defined]  # the handler reads it
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.fixture(params=["typical", "everything"])
def caddy(request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Caddy]:
    """Run Caddy in front of a blue and a green application; nothing serves yet."""
    root = rendered(request.param, tmp_path_factory.getbasetemp())
    with application("blue") as blue, application("green") as green:
        ports = {"web-blue": blue, "web-green": green, "live-updates-blue": blue, "live-updates-green": green}
        with serving(root, tmp_path, {"DOMAIN": "desk.example.com"}, ports) as running:
            yield running


def get(
    caddy: Caddy, path: str = "/", host: str = "desk.example.com", **headers: str
) -> tuple[int, dict[str, str], str]:
    connection = caddy.connection(host)
    try:
        connection.request("GET", path, headers={"Host": host, **headers})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read().decode()
    finally:
        connection.close()


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("tls", ["public", "internal"])
def test_the_files_are_valid_and_laid_out_as_caddy_does(
    tmp_path_factory: pytest.TempPathFactory, shape: str, tls: str
) -> None:
    program, folder = caddy_program(), rendered(shape, tmp_path_factory.getbasetemp()) / "caddy"
    variables = {
        "PATH": os.environ["PATH"],
        "DOMAIN": DOMAINS[shape],
        "TLS": tls,
        "ACME_EMAIL": "",
        "HOME": str(folder.parent.parent),
    }
    command = [program, "validate", "--config", "Caddyfile"]
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert '"level":"warn"' not in done.stderr.replace("no automatic HTTPS", ""), done.stderr
    for path in sorted(folder.iterdir()):
        layout = subprocess.run([program, "fmt", str(path)], capture_output=True, text=True, check=False)
        assert layout.stdout == path.read_text(), path


def test_the_file_of_a_colour_decides_which_one_serves(caddy: Caddy) -> None:
    status, headers, _ = get(caddy)
    assert (status, headers["Retry-After"]) == (503, "60")
    (caddy.live / "blue").touch()
    assert json.loads(get(caddy)[2])["color"] == "blue"
    (caddy.live / "blue").rename(caddy.live / "green")
    assert json.loads(get(caddy)[2])["color"] == "green"


def test_a_switch_drops_no_request_on_connections_that_stay_open(caddy: Caddy) -> None:
    (caddy.live / "blue").touch()
    stop, seen, problems = threading.Event(), [], []

    def load() -> None:
        connection = caddy.connection("desk.example.com")
        while not stop.is_set():
            try:
                connection.request("POST", "/", body="x")
                answer = connection.getresponse()
                seen.append((answer.status, json.loads(answer.read())["color"]))
            except (OSError, http.client.HTTPException) as error:
                problems.append(error)
                return
            time.sleep(0.01)
        connection.close()

    slow: list[tuple[int, dict[str, str], str]] = []
    threads = [threading.Thread(target=load) for _ in range(4)]
    threads.append(threading.Thread(target=lambda: slow.append(get(caddy, "/slow"))))
    for thread in threads:
        thread.start()
    for old, new in (("blue", "green"), ("green", "blue"), ("blue", "green")):
        time.sleep(0.5)
        (caddy.live / old).rename(caddy.live / new)
    time.sleep(0.5)
    stop.set()
    for thread in threads:
        thread.join(30)
    assert problems == []
    assert {status for status, _ in seen} == {200}
    assert [color for _, color in seen][-1] == "green"
    assert {color for _, color in seen} == {"blue", "green"}
    assert (slow[0][0], json.loads(slow[0][2])["color"]) == (200, "blue")


def test_requests_are_encrypted_and_say_so_to_the_application(caddy: Caddy) -> None:
    (caddy.live / "blue").touch()
    plain = http.client.HTTPConnection("127.0.0.1", caddy.http, timeout=10)
    plain.request("GET", "/page?x=1", headers={"Host": "desk.example.com"})
    answer = plain.getresponse()
    assert answer.status == 308
    assert answer.getheader("Location") == "https://desk.example.com/page?x=1"
    plain.close()
    status, headers, body = get(caddy, **{"X-Forwarded-Proto": "http", "X-Forwarded-For": "198.51.100.1"})
    assert status == 200
    assert headers["Strict-Transport-Security"] == "max-age=31536000"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Server" not in headers
    told = json.loads(body)
    # A client cannot state where it comes from.
    assert (told["X-Forwarded-Proto"], told["X-Forwarded-For"]) == ("https", "127.0.0.1")
    assert told["host"] == "desk.example.com"


def test_the_log_has_no_value_that_logs_somebody_in(caddy: Caddy) -> None:
    (caddy.live / "blue").touch()
    secret = "swordfish"
    headers = {"Cookie": f"session={secret}", "Authorization": f"Bearer {secret}", "X-Api-Key": secret}
    get(caddy, f"/found?token={secret}&code={secret}&page=2", **headers)
    deadline = time.monotonic() + 10
    while "/found" not in caddy.log.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    text = caddy.log.read_text()
    assert secret not in text
    assert "cookie-of-the-answer" not in text
    assert "page=2" in text


def test_metrics_and_health_are_not_public(caddy: Caddy) -> None:
    (caddy.live / "blue").touch()
    internal = http.client.HTTPConnection("127.0.0.1", caddy.internal, timeout=10)
    internal.request("GET", "/health")
    assert internal.getresponse().read() == b"ok"
    internal.request("GET", "/metrics")
    assert b"caddy_http_requests_total" in internal.getresponse().read()
    internal.close()
    assert json.loads(get(caddy, "/metrics")[2])["path"] == "/metrics"


@pytest.mark.parametrize("caddy", ["everything"], indirect=True)
def test_a_path_of_a_further_process_reaches_it(caddy: Caddy) -> None:
    (caddy.live / "green").touch()
    for path in ("/live", "/live/x", "/lively"):
        assert json.loads(get(caddy, path)[2])["path"] == path


@pytest.mark.parametrize("caddy", ["everything"], indirect=True)
def test_a_tenant_gets_a_certificate_and_an_unknown_host_none(caddy: Caddy) -> None:
    (caddy.live / "blue").touch()
    status, _, body = get(caddy, host="acme.tenants.example.com")
    assert (status, json.loads(body)["host"]) == (200, "acme.tenants.example.com")
    with pytest.raises((ssl.SSLError, OSError)):
        get(caddy, host="unknown.tenants.example.com")


def test_a_container_that_starts_is_waited_for(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    root, port = rendered("typical", tmp_path_factory.getbasetemp()), free_port()
    with serving(root, tmp_path, {"DOMAIN": "desk.example.com"}, {"web-blue": port, "web-green": port}) as caddy:
        (caddy.live / "blue").touch()
        answers: list[int] = []
        thread = threading.Thread(target=lambda: answers.append(get(caddy)[0]))
        thread.start()
        time.sleep(1)
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), Application)
        serve = threading.Thread(target=server.serve_forever)
        serve.start()
        thread.join(20)
        server.shutdown()
        server.server_close()
        serve.join()
    assert answers == [200]
