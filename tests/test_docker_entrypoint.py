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
from tests.support.trees import build_tree, read_tree

ENTRYPOINT = TEMPLATE / "template" / "{% if runtime == 'dazzle' %}entrypoint.sh{% endif %}"
LOG = '#!/bin/sh\necho "$(basename "$0") $* DAZZLE_ENV=${DAZZLE_ENV-unset}" >> "$LOG"\n'


@pytest.fixture
def container(tmp_path: Path) -> Path:
    """Lay out what the entrypoint finds in a container, with commands that only say how they were called."""
    build_tree(
        tmp_path,
        {
            "opt/app/entrypoint.sh": ENTRYPOINT.read_bytes(),
            "bin/dazzle": LOG,
            "bin/uvicorn": LOG,
            "app/dazzle.toml": "",
        },
    )
    for name in ("dazzle", "uvicorn"):
        (tmp_path / "bin" / name).chmod(0o755)
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


@pytest.mark.parametrize("arguments", [[], ["serve"]])
def test_it_serves_on_the_port_that_it_is_told(container: Path, arguments: list[str]) -> None:
    status, calls = run(container, *arguments, PORT="8080", WEB_CONCURRENCY="3", DAZZLE_ENV="development")
    assert status == 0
    assert calls == [
        "uvicorn dazzle.http.runtime.app_factory:create_app_factory --factory --host 0.0.0.0 --port 8080"
        " --workers 3 --proxy-headers DAZZLE_ENV=development"
    ]


FIRST, LAST = "dazzle db upgrade --no-rls --no-search DAZZLE_ENV=unset", "dazzle db upgrade DAZZLE_ENV=unset"


def test_an_empty_database_gets_a_baseline(container: Path) -> None:
    status, calls = run(container, "migrate", DAZZLE_ENV="development")
    assert (status, calls) == (0, [FIRST, "dazzle db baseline --apply DAZZLE_ENV=unset", LAST])


def test_revisions_of_the_volume_are_continued(container: Path) -> None:
    build_tree(container, {"app/.dazzle/migrations/versions/1_baseline.py": ""})
    assert run(container, "migrate") == (0, [FIRST, "dazzle db migrate DAZZLE_ENV=unset", LAST])


def test_committed_revisions_come_first_and_replace_those_of_the_volume(container: Path) -> None:
    build_tree(
        container,
        {
            "opt/app/migrations/versions/1_baseline.py": "# committed\n",
            "app/.dazzle/migrations/versions/1_baseline.py": "# of the volume\n",
            "app/.dazzle/migrations/versions/2_auto.py": "",
        },
    )
    assert run(container, "migrate") == (0, [FIRST, "dazzle db migrate DAZZLE_ENV=unset", LAST])
    versions = read_tree(container / "app/.dazzle/migrations/versions")
    assert versions == {"1_baseline.py": b"# committed\n", "2_auto.py": b""}


def test_a_failing_upgrade_ends_the_migration(container: Path) -> None:
    (container / "bin" / "dazzle").write_text(LOG + "exit 7\n")
    assert run(container, "migrate") == (7, [FIRST])


def test_any_other_command_runs_as_it_is(container: Path) -> None:
    assert run(container, "dazzle", "db", "status", DAZZLE_ENV="production")[1] == ["dazzle db status DAZZLE_ENV=unset"]
    assert run(container, "sh", "-c", "exit 3")[0] == 3


class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/up" else 500)
        self.end_headers()

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


def test_one_that_answers_with_an_error_is_not(container: Path, port: str) -> None:
    assert run(container, "health", PORT=port, HEALTH_PATH="/health")[0] != 0


def test_one_that_does_not_answer_is_not(container: Path) -> None:
    assert run(container, "health", PORT="1")[0] != 0
