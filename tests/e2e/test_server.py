"""The application on one server: a real engine, a real SSH server, Caddy with its own certificate authority.

The tests of this module share one machine and run in their order.
"""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import stat
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.copiers import copier_of
from tests.support.engine import Engine
from tests.support.load import under_load
from tests.support.server_machine import machine
from tests.support.server_stack import (
    FAILING,
    FIRST,
    HOST,
    SECOND,
    SLOW,
    THIRD,
    UNHEALTHY,
    Server,
    answers_for,
    images_of,
)
from tests.support.server_template import TEMPLATE, render
from tests.support.standins import build_server_standins, build_web

pytestmark = pytest.mark.exhaustive


@pytest.fixture(scope="module")
def server(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = Path(tmp_path_factory.mktemp("server"))
    backups = folder / "backups"
    backups.mkdir()
    with machine(folder / "machine", engine) as one:
        root = render(copier_of(TEMPLATE), folder / "infra", answers_for(one, backups))
        made = Server(one, root, engine)
        settings = root / "environments/production.env"
        ports = f"TLS=internal\nBIND_ADDRESS=127.0.0.1\nHTTP_PORT={made.http}\nHTTPS_PORT={made.https}\n"
        settings.write_text(settings.read_text() + ports)
        build_server_standins(engine, images_of(root), folder / "images")
        for image in (FIRST, SECOND, THIRD, UNHEALTHY, FAILING, SLOW):
            version, _, fault = image.rpartition(":")[2].partition("-")
            build_web(engine, image, version, fault)
        try:
            yield made
        finally:
            made.compose("--profile", "*", "down", "--volumes", "--remove-orphans", check=False)


def test_a_set_up_machine_answers_that_nothing_is_deployed(server: Server) -> None:
    done = server.ops("setup", "--skip-dns", "production", check=False)
    assert done.returncode in (0, 6), done.stdout + done.stderr
    assert "PAGER_API_KEY" in done.stdout + done.stderr
    server.ops("secrets", "set", "production", "PAGER_API_KEY", given='it\'s a "key" with $signs\n')
    server.ops("setup", "--skip-dns", "production")
    status, _ = server.get()
    assert status == 503
    secrets = server.machine.directory / "secrets"
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in secrets.iterdir()} == {0o600}


def test_the_first_version_is_served_over_https(server: Server) -> None:
    server.ops("deploy", "production", FIRST)
    status, text = server.get("/page")
    assert status == 200
    version, path, proto, host, client, names = text.split(" ", 5)
    assert (version, path, proto, host) == ("1.0.0", "/page", "https", HOST)
    assert client.startswith("10.201.73.") or client == "127.0.0.1"
    assert {"DATABASE_URL", "REDIS_URL", "PAGER_API_KEY", "SESSION_SECRET", "SITE_URL"} <= set(names.strip().split(","))
    server.ops("status", "production")


def test_a_second_version_is_deployed_under_load_and_no_request_is_dropped(server: Server) -> None:
    slow: list[tuple[int, str]] = []
    with under_load(server.connector()) as load:
        time.sleep(1)
        thread = threading.Thread(target=lambda: slow.append(server.get("/slow")))
        deployed = subprocess.Popen(
            ["sh", str(server.root / "ops/deploy"), "production", SECOND],
            env=server.machine.variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        assert deployed.stdout is not None
        printed = []
        for line in deployed.stdout:
            printed.append(line)
            # A request that is in progress when the colours are switched.
            if "healthy" in line and not thread.ident:
                thread.start()
        deployed.stdout.close()
        assert deployed.wait(300) == 0, "".join(printed)
        time.sleep(1)
    thread.join(60)
    assert load.dropped == []
    assert {status for status, _ in load.answers} == {200}
    assert load.versions[0] == "1.0.0"
    assert load.versions[-1] == "2.0.0"
    assert len(load.answers) > 100
    assert slow[0][0] == 200
    assert server.version() == "2.0.0"


@pytest.mark.parametrize("image", [UNHEALTHY, FAILING])
def test_a_version_that_fails_is_taken_back_while_the_other_serves(server: Server, image: str) -> None:
    with under_load(server.connector()) as load:
        done = server.ops("deploy", "production", image, check=False, variables={"OPS_HEALTHY_SECONDS": "15"})
    assert done.returncode == 1, done.stdout + done.stderr
    assert "error: " in done.stderr
    assert load.dropped == []
    assert set(load.answers) == {(200, "2.0.0")}
    server.ops("status", "production")


def test_a_deployment_that_is_killed_can_be_repeated(server: Server) -> None:
    process = subprocess.Popen(
        ["sh", str(server.root / "ops/deploy"), "production", SLOW],
        env=server.machine.variables, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        start_new_session=True,
    )  # fmt: skip
    assert process.stdout is not None
    for line in process.stdout:
        if "migrating" in line:
            break
    # The line precedes the start of the container.
    deadline = time.monotonic() + 60
    while not server.engine.docker("ps", "--quiet", "--filter", "label=com.docker.compose.service=migrate"):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    os.killpg(process.pid, signal.SIGKILL)
    process.stdout.close()
    process.wait()
    assert server.version() == "2.0.0"
    done = server.ops("deploy", "production", THIRD, variables={"OPS_LOCK_SECONDS": "5"})
    assert "earlier run" in done.stdout
    assert server.version() == "3.0.0"


def test_a_rollback_returns_to_the_version_before(server: Server) -> None:
    with under_load(server.connector()) as load:
        server.ops("rollback", "production")
    assert load.dropped == []
    assert server.version() == "2.0.0"


def test_the_application_serves_again_after_a_reboot(server: Server) -> None:
    server.engine.restart()
    deadline = time.monotonic() + 60
    while True:
        try:
            assert server.version() == "2.0.0"
            break
        except (AssertionError, OSError, http.client.HTTPException):
            assert time.monotonic() < deadline
            time.sleep(0.5)
    server.ops("status", "production")


def test_a_command_runs_with_the_variables_of_the_application(server: Server) -> None:
    words = ["python", "-c", "import os, sys; print(os.environ['PAGER_API_KEY'], sys.argv[1:])", "a  b", "$HOME", "'"]
    done = server.ops("run", "production", "--", *words)
    assert "it's a \"key\" with $signs ['a  b', '$HOME', \"'\"]" in done.stdout
    assert server.ops("run", "production", "--", "sh", "-c", "exit 7", check=False).returncode == 7
    assert "serving 2.0.0" in server.ops("logs", "production", "web").stdout


def test_the_data_survives_the_loss_of_the_machine(server: Server) -> None:
    server.psql("CREATE TABLE note (text text); INSERT INTO note SELECT 'n' || g FROM generate_series(1, 500) g;")
    server.ops("backup", "production")
    password = server.ops("secrets", "show", "production", "RESTIC_PASSWORD").stdout.strip()
    key = 'it\'s a "key" with $signs\n'
    server.compose("--profile", "*", "down", "--volumes")
    shutil.rmtree(server.machine.directory)
    server.machine.directory.mkdir()
    server.ops("setup", "--skip-dns", "production", check=False)
    server.ops("secrets", "set", "production", "RESTIC_PASSWORD", given=password + "\n")
    server.ops("secrets", "set", "production", "PAGER_API_KEY", given=key)
    server.ops("restore", "--yes", "production")
    assert server.psql("SELECT count(*) FROM note") == "500"
    server.ops("deploy", "production", SECOND)
    assert server.version() == "2.0.0"


@pytest.mark.parametrize("name", ["POSTGRES_PASSWORD", "REDIS_PASSWORD", "SESSION_SECRET", "RESTIC_PASSWORD"])
def test_a_secret_is_rotated_and_the_application_uses_the_new_value(server: Server, name: str) -> None:
    path = server.machine.directory / "secrets" / name
    before = path.read_text()
    server.ops("secrets", "rotate", "production", name)
    after = path.read_text()
    assert after != before
    assert server.version() == "2.0.0"
    variables = (server.machine.directory / "run/app.env").read_text()
    assert before not in variables
    assert (after in variables) == (name != "RESTIC_PASSWORD")
    server.ops("backup", "production")


def test_the_idle_stack_fits_into_one_gigabyte(server: Server) -> None:
    printed = server.engine.docker("stats", "--no-stream", "--format", "{{.Name}} {{.MemUsage}}")
    used = sum(_megabytes(line.split()[1]) for line in printed.splitlines())
    print(printed)  # noqa: T201 - a figure for the documentation
    assert used < 700


def test_no_secret_is_in_what_the_containers_wrote(server: Server) -> None:
    logs = server.compose("--profile", "*", "logs", "--no-color")
    for path in (server.machine.directory / "secrets").iterdir():
        assert path.read_text() not in logs, path.name


def _megabytes(text: str) -> float:
    number, unit = re.fullmatch(r"([0-9.]+)([KMG]i)?B", text).groups()  # type: ignore[union-attr]
    return float(number) * {"Ki": 1 / 1024, "Mi": 1, "Gi": 1024, None: 1 / 2**20}[unit]
