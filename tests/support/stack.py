"""A generated stack on a private engine: made as the documentation says, and looked into from outside."""

from __future__ import annotations

import http.client
import json
import os
import shutil
import socket
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.cli import run_cli
from tests.support.engine import Engine
from tests.support.measurements import measured, seconds_since
from tests.support.releases import git
from tests.support.standins import build_standins

__all__ = ["PASSWORD", "ROOT", "Stack", "close_to_others", "make_stack", "request"]

ROOT = Path(__file__).parents[2]
PASSWORD = "Correct-Horse-42"
PERSON = 1000
"""ID of a user who is not root."""


@dataclass(frozen=True)
class Stack:
    """A project and the engine that its stack runs on.

    Attributes:
        name: What the table calls it.
        project: Its folder.
        engine: The engine.
    """

    name: str
    project: Path
    engine: Engine

    def compose(self, *arguments: str, given: str | None = None, environment: Mapping[str, str] | None = None) -> str:
        """Run Compose in the project and return what it prints."""
        return self.engine.compose(self.project, *arguments, given=given, environment=environment).stdout

    def model(self) -> dict[str, Any]:
        """Return what Compose makes of the files."""
        model: dict[str, Any] = json.loads(self.compose("config", "--format", "json"))
        return model

    def up(self, what: str) -> None:
        """Run the documented command, and note how long it took until every service was healthy."""
        build_standins(self.engine, self.model(), self.engine.folder / "standins")
        began = time.monotonic()
        self.compose("up", "--build", "--wait")
        measured(self.name, what, seconds_since(began))

    @property
    def port(self) -> int:
        """The port of this machine that `web` is published on."""
        published: str = self.model()["services"]["web"]["ports"][0]["published"]
        return int(published)

    def is_healthy(self, service: str) -> bool:
        """Run the health check of a container now, in it."""
        [found] = json.loads(self.engine.docker("inspect", self.compose("ps", "--quiet", service).strip()))
        kind, *command = found["Config"]["Healthcheck"]["Test"]
        assert kind == "CMD"
        return self.engine.ask("exec", found["Id"], *command, check=False).returncode == 0

    def sql(self, query: str) -> str:
        """Ask PostgreSQL itself; return rows of `a|b`."""
        command = ("exec", "--no-TTY", "database", "psql", "--username=app", "--dbname=app", "-Atc", query)
        return self.compose(*command).strip()

    def python(self, script: str, *arguments: str) -> str:
        """Run a script inside `web`, with what it has of packages and environment."""
        return self.compose("exec", "--no-TTY", "web", "python", "-", *arguments, given=script).strip()

    def add_user(self, address: str, roles: str) -> None:
        """Make an account, as the generated README says."""
        make = ("dazzle", "auth", "create-user", address, "--roles", roles, "--password", PASSWORD)
        self.compose("exec", "--no-TTY", "web", *make)

    def sign_in(self, address: str) -> dict[str, str]:
        """Return the header that an account's requests carry."""
        token = request("POST", "/auth/token", {"username": address, "password": PASSWORD})["access_token"]
        return {"Authorization": f"Bearer {token}"}


def request(
    method: str,
    path: str,
    body: Any = None,
    headers: dict[str, str] | None = None,
    *,
    port: int = 8000,
    expected: tuple[int, ...] = (200, 201),
) -> Any:
    """Send JSON to a port of this machine, as from outside; return what is answered, read from JSON."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=180)
    given = body if isinstance(body, bytes) or body is None else json.dumps(body)
    connection.request(method, path, given, {"Content-Type": "application/json", **(headers or {})})
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    assert answer.status in expected, f"{method} {path}: {answer.status} {text[:2000]}"
    cookies = answer.headers.get_all("Set-Cookie") or []
    found = json.loads(text) if text else {}
    return found | {"cookies": dict(one.split(";")[0].split("=", 1) for one in cookies)} if cookies else found


def _template(folder: Path) -> Path:
    """Make a repository of the Docker template as its sources are now, with a release after all others."""
    if not folder.exists():
        shutil.copytree(ROOT / "copier-templates/docker", folder)
        git(folder, "init", "--quiet")
        git(folder, "add", "--all")
        git(folder, "commit", "--quiet", "--message", "the sources")
        git(folder, "tag", "v99.0.0")
    return folder


def make_stack(engine: Engine, name: str, project: Path, manifest: str = "") -> Stack:
    """Generate the stack of a project from the template's sources; no file of it is edited.

    Args:
        engine: What it will run on.
        name: What the table calls it.
        project: A folder with dazzle.toml and an exported model.
        manifest: More lines for `[infra.docker]`, and tables after it.
    """
    template = _template(engine.folder / "template")
    text = (project / "dazzle.toml").read_text()
    table = f'[infra.docker]\ntemplate = "{template}"\n'
    added = text.replace("[infra.docker]\n", table) if "[infra.docker]\n" in text else f"{text}\n{table}"
    (project / "dazzle.toml").write_text(added + manifest)
    [model] = [path.name for path in project.glob("appspec.json*")]
    ran = run_cli("docker", "--appspec", model, cwd=project)
    assert ran.status == 0, ran.err
    stack = Stack(name, project, engine)
    for service in stack.model()["services"].values():
        for port in service.get("ports", []):
            if _taken(int(port.get("published") or 0)):
                pytest.skip(f"port {port['published']} of this machine is taken, which the stack publishes")
    return stack


def close_to_others(project: Path) -> None:
    """Give all files the owner and the modes of a person's checkout with umask 077: nobody else may read them."""
    for path in (project, *project.rglob("*")):
        path.chmod(path.stat().st_mode & 0o700)
        os.chown(path, PERSON, PERSON)


def _taken(port: int) -> bool:
    """Say whether something listens on that port of this machine; 0 is any free one."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return True
    return False
