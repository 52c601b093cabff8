"""The program in the image of a Dazzle application: when it migrates, what it records, and how tenants are reached."""

from __future__ import annotations

import asyncio
import json
import os
import runpy
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.docker import TEMPLATE
from tests.support.trees import build_tree, read_tree

APPLICATION = TEMPLATE / "template" / "{% if entrypoint_script %}application.py{% endif %}"
PSYCOPG = """
    import json, os
    from pathlib import Path

    class OperationalError(Exception): pass

    class Connection:
        file = Path(os.environ["DATABASE"])
        def __enter__(self): return self
        def __exit__(self, *_): pass
        def execute(self, query, values=()):
            state = json.loads(self.file.read_text())
            if query.startswith("select pg_advisory_lock"):
                log(f"lock {values[0]}")
                return []
            if query.startswith("select obj_description"):
                return [(state["comment"],)]
            if query.startswith("select schemaname"):
                return [(name,) for name in state["tables"]]
            state["comment"] = query.partition(" is ")[2]
            self.file.write_text(json.dumps(state))
            return []

    def log(text):
        with open(os.environ["LOG"], "a") as file:
            print(text, file=file)

    def connect(url, **_): return Connection()
    """
SQL = """
    class SQL(str):
        def format(self, value): return str.format(self, value)
    """
DB = """
    import os, sys
    from psycopg import Connection, log
    import json
    def db_app(command, prog_name, standalone_mode):
        log(" ".join([prog_name, *command, "DAZZLE_ENV=" + os.environ.get("DAZZLE_ENV", "unset")]))
        if os.environ.get("FAIL") == command[0]:
            return 7
        state = json.loads(Connection.file.read_text())
        state["tables"] = ["public.alembic_version", "public.Note"]
        Connection.file.write_text(json.dumps(state))
        return 0
    """
LOADER = """
    import os
    def load_target_metadata():
        if os.environ.get("BROKEN"):
            raise ValueError("the model cannot be read")
    """
UVICORN = """
    from psycopg import log
    from uvicorn.config import LOGGING_CONFIG
    def main(arguments):
        log("uvicorn " + " ".join(arguments) + " without " + " ".join(LOGGING_CONFIG["filters"]))
    """
FIRST = "dazzle db upgrade --no-rls --no-search DAZZLE_ENV=unset"
LOCK = f"lock {0x64617A7A6C65}"
LAST = "dazzle db upgrade DAZZLE_ENV=unset"
SERVED = (
    "uvicorn dazzle.http.runtime.app_factory:create_app_factory --factory --host 0.0.0.0 --proxy-headers --port=8080"
    " --workers=1 without health"
)


@pytest.fixture
def container(tmp_path: Path) -> Path:
    """Lay out a container with an empty database, and packages that log their calls."""
    build_tree(
        tmp_path,
        {
            "opt/app/application.py": APPLICATION.read_bytes(),
            "site/psycopg/__init__.py": PSYCOPG,
            "site/psycopg/sql.py": SQL,
            "site/dazzle/cli/db.py": DB,
            "site/dazzle/http/runtime/app_factory.py": "",
            "site/dazzle/http/alembic/metadata_loader.py": LOADER,
            "site/dazzle_dsl-1.0.dist-info/METADATA": "Metadata-Version: 2.1\nName: dazzle-dsl\nVersion: 1.0\n",
            "site/uvicorn/__init__.py": "",
            "site/uvicorn/config.py": 'LOGGING_CONFIG = {"handlers": {"access": {}}}\n',
            "site/uvicorn/main.py": UVICORN,
            "app/dazzle.toml": "",
            "app/dsl/notes.dsl": "module notes\n",
            "database": json.dumps({"comment": None, "tables": []}),
        },
    )
    return tmp_path


def run(container: Path, *arguments: str, **environment: str) -> tuple[int, list[str]]:
    """Run the program; return its exit status and what it called."""
    log = container / "log"
    log.write_text("")
    variables = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(container / "site"),
        "DATABASE_URL": "postgresql://",
        "DATABASE": str(container / "database"),
        "LOG": str(log),
        "PORT": "8080",
    }
    done = subprocess.run(
        [sys.executable, "-P", str(container / "opt/app/application.py"), *arguments],
        cwd=container / "app",
        env={**variables, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.returncode, log.read_text().splitlines()


def test_an_empty_database_gets_a_baseline_and_then_the_application_starts(container: Path) -> None:
    baseline = "dazzle db baseline --apply DAZZLE_ENV=unset"
    assert run(container, "develop") == (0, [LOCK, FIRST, baseline, LAST, SERVED])


def test_a_start_without_a_change_migrates_nothing(container: Path) -> None:
    run(container, "develop")
    assert run(container, "develop") == (0, [SERVED])
    assert run(container, "migrate", "--if-needed") == (0, [LOCK])


def test_a_migration_that_is_asked_for_runs_in_any_case(container: Path) -> None:
    run(container, "migrate")
    assert FIRST in run(container, "migrate")[1]


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / "app/dsl/notes.dsl").write_text("module notes # changed\n"),
        lambda root: (root / "app/dsl/more.dsl").write_text("module more\n"),
        lambda root: (root / "app/dazzle.toml").write_text("# changed\n"),
        lambda root: build_tree(root, {"app/.dazzle/migrations/versions/1.py": ""}),
        lambda root: build_tree(root, {"opt/app/migrations/versions/1.py": ""}),
        lambda root: (root / "database").write_text(json.dumps({"comment": None, "tables": []})),
        lambda root: (root / "database").write_text(
            json.dumps({**json.loads((root / "database").read_text()), "tables": ["public.alembic_version"]})
        ),
        lambda root: (root / "database").write_text(json.dumps({"comment": "a person's", "tables": []})),
    ],
    ids=["model", "new file", "manifest", "revision", "committed", "emptied", "table lost", "other comment"],
)
def test_what_the_record_does_not_cover_is_migrated(container: Path, change: Callable[[Path], object]) -> None:
    run(container, "develop")
    change(container)
    assert FIRST in run(container, "develop")[1]


def test_a_restored_database_is_migrated_by_its_own_record(container: Path) -> None:
    run(container, "develop")
    dump = (container / "database").read_text()
    (container / "app/dsl/notes.dsl").write_text("module notes # later\n")
    run(container, "develop")
    assert run(container, "develop")[1] == [SERVED]
    (container / "database").write_text(dump)
    assert FIRST in run(container, "develop")[1]


def test_committed_revisions_replace_those_of_the_volume_and_are_continued(container: Path) -> None:
    build_tree(
        container,
        {
            "opt/app/migrations/versions/1_baseline.py": "# committed\n",
            "app/.dazzle/migrations/versions/1_baseline.py": "# of the volume\n",
            "app/.dazzle/migrations/versions/2_auto.py": "",
        },
    )
    status, calls = run(container, "migrate", DAZZLE_ENV="development")
    assert (status, calls) == (0, [LOCK, FIRST, "dazzle db migrate DAZZLE_ENV=unset", LAST])
    versions = read_tree(container / "app/.dazzle/migrations/versions")
    assert versions == {"1_baseline.py": b"# committed\n", "2_auto.py": b""}


def test_a_failing_migration_keeps_the_application_from_starting_and_is_tried_again(container: Path) -> None:
    assert run(container, "develop", FAIL="upgrade") == (7, [LOCK, FIRST])
    assert FIRST in run(container, "develop")[1]


def test_a_model_that_cannot_be_read_changes_no_table(container: Path) -> None:
    status, calls = run(container, "develop", BROKEN="1")
    assert (status, calls) == (1, [LOCK])


def test_a_deployment_serves_without_a_look_at_the_database(container: Path) -> None:
    assert run(container, "serve") == (0, [SERVED])


# Tenants


def exchange(monkeypatch: pytest.MonkeyPatch, host: str, answer: list[tuple[bytes, bytes]]) -> tuple[str, Any]:
    """Send a request with a host; return the host that the application sees, and the headers that the client gets."""
    monkeypatch.setenv("HEALTH_HOST", "www.schools.example")
    monkeypatch.setenv("TENANT_DOMAIN", "schools.example")
    seen: list[str] = []
    sent: list[Any] = []

    async def application(scope: Any, _receive: Any, send: Any) -> None:
        seen.append(dict(scope["headers"])[b"host"].decode())
        await send({"type": "http.response.start", "status": 200, "headers": answer})

    async def send(message: Any) -> None:
        sent.extend(message["headers"])

    handle = runpy.run_path(str(APPLICATION))["with_local_hosts"](lambda: application)()
    asyncio.run(handle({"type": "http", "headers": [(b"host", host.encode())]}, None, send))
    return seen[0], sent


@pytest.mark.parametrize(
    ("host", "seen"),
    [
        ("localhost:8000", "www.schools.example:8000"),
        ("mill.localhost:18000", "mill.schools.example:18000"),
        ("mill.localhost", "mill.schools.example"),
        ("mill.schools.example:8000", "mill.schools.example:8000"),
        ("localhost.evil.example", "localhost.evil.example"),
    ],
)
def test_a_local_host_is_one_of_the_model(monkeypatch: pytest.MonkeyPatch, host: str, seen: str) -> None:
    assert exchange(monkeypatch, host, [])[0] == seen


@pytest.mark.parametrize(
    ("location", "local"),
    [
        ("https://mill.schools.example/", "http://mill.localhost:8000/"),
        ("http://www.schools.example:8000/app/", "http://localhost:8000/app/"),
        ("https://schools.example", "http://localhost:8000"),
        ("/app", "/app"),
        ("https://schools.example.evil.example/", "https://schools.example.evil.example/"),
    ],
)
def test_a_redirect_stays_on_this_machine(monkeypatch: pytest.MonkeyPatch, location: str, local: str) -> None:
    assert exchange(monkeypatch, "mill.localhost:8000", [(b"location", location.encode())])[1] == [
        (b"location", local.encode())
    ]


def test_a_cookie_that_browsers_would_refuse_gets_secure_and_others_stay(monkeypatch: pytest.MonkeyPatch) -> None:
    cookies = [(b"set-cookie", b"__Host-a_session=1; Path=/"), (b"set-cookie", b"dazzle_csrf=2; Path=/")]
    assert exchange(monkeypatch, "localhost:8000", cookies)[1] == [
        (b"set-cookie", b"__Host-a_session=1; Path=/; Secure"),
        (b"set-cookie", b"dazzle_csrf=2; Path=/"),
    ]
    assert exchange(monkeypatch, "www.schools.example", cookies)[1] == cookies
