"""The scripts of a server for secrets and backups, which call those on the machine."""

from __future__ import annotations

import json
import subprocess
import time

import pytest

from tests.support.deploy_target import Result, run_script
from tests.support.deploy_targets import server
from tests.support.server.target import ServerTarget

__all__ = ["server"]

SCRIPT = """#!/bin/sh
printf '%s\\n' "$*" >>../state/called
[ "$1" != --yes ] || echo 'warning: it takes long' >&2
echo a step
{end}
"""


def secrets(target: ServerTarget, *arguments: str, given: str = "", **variables: str) -> Result:
    command = ["sh", str(target.ops / "secrets"), *arguments]
    variables = {**target.variables, **variables}
    done = subprocess.run(command, input=given, env=variables, capture_output=True, text=True, check=False, timeout=120)
    return Result(done.returncode, done.stdout, done.stderr)


def value_of(target: ServerTarget, name: str) -> str:
    return (target.directory / "secrets" / name).read_text()


def replace(target: ServerTarget, script: str, end: str = "") -> None:
    """Replace a script of the machine by one that notes how it was called."""
    text = SCRIPT.replace("{end}", end).replace("../state", str(target.directory / "state"))
    (target.directory / "stack/machine" / script).write_text(text)


def test_a_value_is_set_shown_and_listed_and_is_never_an_argument(server: ServerTarget) -> None:
    value = 'it\'s "5 $" ü'
    log = server.folder / "arguments"
    server.stub("sh", f'printf "%s\\n" "$*" >>{log}; exec /bin/sh "$@"')
    done = secrets(server, "set", "dev", "PAGER_API_KEY", given=f"{value}\n")
    assert (done.code, done.output) == (
        0,
        "PAGER_API_KEY is set; the application receives it with the next deployment\n",
    )
    assert value_of(server, "PAGER_API_KEY") == value
    assert value not in log.read_text()
    assert secrets(server, "show", "dev", "PAGER_API_KEY").output == f"{value}\n"
    assert json.loads(secrets(server, "--json", "show", "dev", "PAGER_API_KEY").output.splitlines()[0])["step"] == value
    listed = secrets(server, "list", "dev")
    assert "PAGER_API_KEY: has a value\n" in listed.output
    (server.directory / "secrets/PAGER_API_KEY").unlink()
    listed = secrets(server, "list", "dev")
    assert (listed.code, "PAGER_API_KEY" in listed.errors) == (6, True)
    assert secrets(server, "set", "--empty", "dev", "PAGER_API_KEY").code == 0
    assert value_of(server, "PAGER_API_KEY") == ""


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("set", "dev", "A.B"), 2, "'A.B' is not the name of a secret"),
        (("set", "dev"), 2, "two arguments are required"),
        (("list",), 2, "one argument is required"),
        (("look", "dev"), 2, "there is no command 'look'"),
        (("set", "dev", "PAGER_API_KEY"), 2, "is empty; give one line"),
        (("rotate", "dev", "PAGER_API_KEY"), 2, "is not generated on the machine"),
        (("import", "dev"), 5, "there is no file secrets/dev.sops.env"),
    ],
)
def test_wrong_arguments_change_nothing(server: ServerTarget, arguments: tuple[str, ...], code: int, says: str) -> None:
    done = secrets(server, *arguments)
    assert (done.code, says in done.errors) == (code, True), done.errors
    assert value_of(server, "PAGER_API_KEY") == "key"


@pytest.mark.slow
def test_a_rotated_secret_is_deployed_with_the_recorded_image(server: ServerTarget) -> None:
    before = value_of(server, "SESSION_SECRET")
    done = secrets(server, "rotate", "dev", "SESSION_SECRET")
    assert done.code == 0, done.errors
    after = value_of(server, "SESSION_SECRET")
    assert after != before
    assert f"SESSION_SECRET={after}" in (server.directory / "run/app.env").read_text()
    assert f"deploying {server.images.first} with the new value" in done.output
    assert {one.service for one in server.containers() if one.status == "running"} >= {"web-green"}
    assert after not in done.output + done.errors
    assert not list((server.directory / "secrets").glob(".SESSION*"))


@pytest.mark.slow
def test_a_deployment_that_fails_keeps_the_secret_before(server: ServerTarget) -> None:
    before = value_of(server, "SESSION_SECRET")
    (server.directory / "state/record").write_text(f"{server.images.unhealthy}\n")
    done = secrets(server, "rotate", "dev", "SESSION_SECRET")
    assert (done.code, "SESSION_SECRET has its previous value again" in done.errors) == (1, True), done.errors
    assert value_of(server, "SESSION_SECRET") == before
    assert f"SESSION_SECRET={before}" in (server.directory / "run/app.env").read_text()


def test_a_backup_and_its_check_run_on_the_machine(server: ServerTarget) -> None:
    replace(server, "backup")
    replace(server, "check-backup", "echo 'error: it is damaged; make another one' >&2; exit 1")
    done = run_script(server, "backup", "dev")
    assert (done.code, done.output, done.errors) == (0, "a step\n", "")
    done = run_script(server, "backup", "--check", "dev")
    assert (done.code, done.errors) == (1, "error: it is damaged; make another one\n")


def test_a_restore_asks_first_and_holds_the_lock_of_deployments(server: ServerTarget) -> None:
    held = f"cat {server.directory}/state/lock/holder >>{server.directory}/state/called 2>/dev/null || :"
    replace(server, "restore", f'{held}; [ "$1" = --yes ] || {{ echo "error: nothing was changed" >&2; exit 2; }}')
    done = run_script(server, "restore", "dev", "0123abcd")
    assert (done.code, done.output, done.errors) == (2, "a step\n", "error: nothing was changed\n")
    done = run_script(server, "restore", "--yes", "dev", "20261128T010203Z")
    assert (done.code, done.output, done.errors) == (0, "a step\n", "warning: it takes long\n")
    called = (server.directory / "state/called").read_text().splitlines()
    assert called[:2] == ["0123abcd", "--yes 20261128T010203Z"]
    assert called[2].startswith("restore by ")
    assert not server.is_locked()
    done = run_script(server, "restore", "dev", "; id")
    assert (done.code, "is not the ID of a snapshot" in done.errors) == (2, True)


def test_the_status_names_the_last_backup_and_warns_of_an_old_one(server: ServerTarget) -> None:
    status = run_script(server, "status", "dev").output
    assert f"backup: none yet; make one with: sh {server.ops}/backup dev\n" in status
    file = server.directory / "state/backup"
    file.write_text(f"{int(time.time()) - 7300} 0123abcd\n")
    done = run_script(server, "status", "dev")
    assert (done.code, done.errors) == (0, "")
    assert "backup: 0123abcd, 2 hours ago\n" in done.output
    file.write_text(f"{int(time.time()) - 3 * 86400 - 100} 0123abcd\n")
    done = run_script(server, "status", "dev")
    assert (done.code, done.errors) == (0, f"warning: the last backup is 3 days old: run sh {server.ops}/backup dev\n")
