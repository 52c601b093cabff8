from __future__ import annotations

import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.docker import TEMPLATE
from tests.support.trees import build_tree

ENTRYPOINT = TEMPLATE / "template" / "{% if entrypoint_script %}entrypoint.sh{% endif %}"
HEALTH = TEMPLATE / "template" / "{% if language == 'python' and not dockerfile %}health.py{% endif %}"
CALLED = """\
    import os, sys
    with open(os.environ["LOG"], "a") as log:
        print("application", *sys.argv[1:], file=log)
    sys.exit(7 if os.environ.get("FAIL") == sys.argv[1] else 0)
    """
LOG = '#!/bin/sh\necho "$(basename "$0") $* DAZZLE_ENV=${DAZZLE_ENV-unset}" >> "$LOG"\n'


@pytest.fixture
def container(tmp_path: Path) -> Path:
    """Lay out what the entrypoint finds in a container, with commands that only say how they were called."""
    build_tree(
        tmp_path,
        {
            "opt/app/entrypoint.sh": ENTRYPOINT.read_bytes(),
            "opt/app/health.py": HEALTH.read_bytes(),
            "opt/app/application.py": CALLED,
            "bin/dazzle": LOG,
            "app/dazzle.toml": "",
        },
    )
    (tmp_path / "bin/dazzle").chmod(0o755)
    (tmp_path / "bin" / "python").symlink_to(sys.executable)
    return tmp_path


def run(container: Path, *arguments: str, **environment: str) -> tuple[int, list[str]]:
    """Run the entrypoint; return its exit status and the calls that it made."""
    result = subprocess.run(
        ["sh", str(container / "opt/app/entrypoint.sh"), *arguments],
        cwd=container / "app",
        env={"PATH": f"{container / 'bin'}:{os.environ['PATH']}", "LOG": str(container / "log"), **environment},
        check=False,
        capture_output=True,
        text=True,
        timeout=30,
    )
    log = container / "log"
    return result.returncode, log.read_text().splitlines() if log.exists() else []


@pytest.mark.parametrize(
    ("arguments", "calls"),
    [
        ([], ["application serve"]),
        (["serve"], ["application serve"]),
        (["migrate"], ["application migrate"]),
        (["migrate", "--if-needed"], ["application migrate --if-needed"]),
        (["develop"], ["application develop"]),
        (["develop", "dazzle", "work"], ["application migrate --if-needed", "dazzle work DAZZLE_ENV=unset"]),
    ],
)
def test_each_command_of_the_image_calls_the_application(
    container: Path, arguments: list[str], calls: list[str]
) -> None:
    assert run(container, *arguments) == (0, calls)


def test_a_failing_migration_ends_the_start(container: Path) -> None:
    assert run(container, "develop", "dazzle", "work", FAIL="migrate") == (7, ["application migrate --if-needed"])


def test_any_other_command_runs_as_it_is(container: Path) -> None:
    assert run(container, "dazzle", "db", "status", DAZZLE_ENV="production")[1] == ["dazzle db status DAZZLE_ENV=unset"]
    assert run(container, "sh", "-c", "exit 3")[0] == 3


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        known = self.headers["Host"] == "app.example" if self.path == "/hosts" else self.path.startswith("/up")
        self.send_response(200 if known else 500)
        self.end_headers()
        self.wfile.write(b'{"ready": false}' if self.path == "/up/waiting" else b'{"ready": true}')

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def port() -> Iterator[str]:
    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield str(server.server_address[1])
        server.shutdown()
        thread.join()


def test_an_application_that_answers_is_healthy(container: Path, port: str) -> None:
    assert run(container, "health", PORT=port, HEALTH_PATH="/up")[0] == 0


def test_one_that_is_not_ready_is_not_healthy(container: Path, port: str) -> None:
    assert run(container, "health", PORT=port, HEALTH_PATH="/up/waiting")[0] != 0


def test_the_check_sends_the_host_that_the_application_accepts(container: Path, port: str) -> None:
    assert run(container, "health", PORT=port, HEALTH_PATH="/hosts")[0] != 0
    assert run(container, "health", PORT=port, HEALTH_PATH="/hosts", HEALTH_HOST="app.example")[0] == 0


def test_one_that_answers_with_an_error_is_not(container: Path, port: str) -> None:
    assert run(container, "health", PORT=port, HEALTH_PATH="/health")[0] != 0


def test_one_that_does_not_answer_is_not(container: Path) -> None:
    assert run(container, "health", PORT="1")[0] != 0
