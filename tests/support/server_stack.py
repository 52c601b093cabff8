"""The stack of one server in tests: an application with two colours on a private engine, reached through SSH."""

from __future__ import annotations

import http.client
import re
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from dazzle_infra.backends.server.answers import ServerAnswers
from tests.support.engine import Engine
from tests.support.server_machine import Machine, run_ops
from tests.support.server_template import TYPICAL
from tests.support.servers import connection_with_tls, free_port

__all__ = ["FAILING", "FIRST", "HOST", "SECOND", "SLOW", "THIRD", "UNHEALTHY", "Server", "answers_for", "images_of"]

HOST = "desk.example.com"
FIRST, SECOND, THIRD = (f"localhost/desk/app:{number}.0.0" for number in (1, 2, 3))
UNHEALTHY = "localhost/desk/app:4.0.0-unhealthy"
FAILING = "localhost/desk/app:4.0.0-failing-migration"
SLOW = "localhost/desk/app:5.0.0-slow-migration"
COMMANDS = {"web": "serve", "worker": "work", "migrate": "migrate"}
PORT = [{"name": "PORT", "value": "8000"}]


class Server:
    """The machine and the rendered files.

    Attributes:
        machine: The machine.
        root: The rendered tree.
        https: The port of Caddy.
    """

    def __init__(self, one: Machine, root: Path, engine: Engine) -> None:
        self.machine, self.root, self.engine = one, root, engine
        self.http, self.https = free_port(), free_port()

    def ops(self, script: str, *arguments: str, **more: object) -> subprocess.CompletedProcess[str]:
        return run_ops(self.root, self.machine, script, *arguments, **more)  # type: ignore[arg-type]

    def compose(self, *arguments: str, given: str | None = None, check: bool = True) -> str:
        """Run `machine/compose` on the machine."""
        command = ["sh", str(self.machine.directory / "stack/machine/compose"), *arguments]
        return self.engine.run(command, given=given, check=check).stdout

    def psql(self, statement: str) -> str:
        """Run a statement in the database."""
        command = ("exec", "-T", "postgres", "psql", "-U", "app", "-d", "app", "-qAt", "-v", "ON_ERROR_STOP=1")
        return self.compose(*command, given=statement).strip()

    def connector(self) -> Callable[[], http.client.HTTPConnection]:
        """Return what opens connections to Caddy; the certificate of its authority is read once."""
        path = "/data/caddy/pki/authorities/local/root.crt"
        authority = self.compose("exec", "-T", "caddy", "cat", path)
        return partial(connection_with_tls, self.https, HOST, authority)

    def get(self, path: str = "/") -> tuple[int, str]:
        connection = self.connector()()
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def version(self) -> str:
        """Return the version that answers."""
        status, text = self.get()
        assert status == 200, text
        return text.split()[0]


def answers_for(one: Machine, backups: Path) -> ServerAnswers:
    services = []
    for service in TYPICAL.services:
        command = ["python", "/opt/app.py", COMMANDS[service.name]]
        services.append({**service.model_dump(), "command": command, "variables": PORT, "stop_seconds": 20})
    stated = {
        "host": "127.0.0.1", "port": one.port, "user": "root", "directory": str(one.directory), "domain": HOST,
        "memory_mb": 1024, "backup_repository": str(backups),
    }  # fmt: skip
    environment = {**TYPICAL.environments[0].model_dump(), **stated}
    return ServerAnswers.model_validate({**TYPICAL.model_dump(), "services": services, "environments": [environment]})


def images_of(root: Path) -> dict[str, str]:
    """Return the image of each service that is not the application's."""
    services: dict[str, dict[str, Any]] = {}
    for path in root.glob("compose.*.yaml"):
        if path.name != "compose.local.yaml":
            services |= yaml.safe_load(path.read_text()).get("services") or {}
    stated = {name: re.fullmatch(r"\$\{\w+:-(.+)\}", one.get("image", "")) for name, one in services.items()}
    return {name: found[1] for name, found in stated.items() if found and found[1] != "unset"}
