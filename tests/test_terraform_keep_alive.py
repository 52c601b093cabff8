from __future__ import annotations

import time
from contextlib import ExitStack, closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

import pytest

from dazzle_infra.project.packages.declared import Declared
from dazzle_infra.project.runtimes import runtime_record
from dazzle_infra.project.runtimes.servers import KEEP_ALIVE_SECONDS
from tests.support.packages import environment_with
from tests.support.task_servers import DJANGO, ECHO, SITE, caddy, containers, proxied, serving
from tests.support.trees import build_tree

__all__ = ["caddy", "containers"]


@pytest.mark.slow
def test_a_connection_stays_open_for_longer_than_that_of_the_load_balancer(
    containers: dict[str, Any], caddy: Path, tmp_path: Path
) -> None:
    build_tree(tmp_path, {"echo.py": ECHO, "site_of_django.py": SITE})
    serve = runtime_record("fastapi").commands(tmp_path, Declared(), 8000).serve
    keep_alive = serve[serve.index("--timeout-keep-alive") :]
    commands = {
        "uvicorn": (["uvicorn", "echo:app", *keep_alive], "uvicorn==0.54.0"),
        "default": (["uvicorn", "echo:app"], "uvicorn==0.54.0"),
        "gunicorn": (
            ["gunicorn", "site_of_django:application", "--threads", "2", "--keep-alive", str(KEEP_ALIVE_SECONDS)],
            "gunicorn==27.0.1",
        ),
    }
    with ExitStack() as stack:
        ports = {}
        for name, (command, package) in commands.items():
            ports[name], server = serving(command, tmp_path, environment_with(package, DJANGO))
            stack.enter_context(server)
        ports["proxy"] = stack.enter_context(proxied(containers["edge"]["proxy"], ports["default"], tmp_path, caddy))
        connections = {name: stack.enter_context(closing(idle(port))) for name, port in ports.items()}
        time.sleep(61)
        assert {name: is_open(connection) for name, connection in connections.items()} == {
            "default": False,
            "gunicorn": True,
            "proxy": True,
            "uvicorn": True,
        }


def idle(port: int) -> HTTPConnection:
    """Return a connection on which one request was answered, and which is not opened again."""
    connection = HTTPConnection("127.0.0.1", port, timeout=10)
    connection.connect()
    connection.auto_open = 0
    assert is_open(connection)
    return connection


def is_open(connection: HTTPConnection) -> bool:
    """Send a request; say whether it is answered."""
    try:
        connection.request("GET", "/", headers={"Host": "desk.example.com"})
        answer = connection.getresponse()
        answer.read()
    except (OSError, HTTPException):
        return False
    return answer.status == 200
