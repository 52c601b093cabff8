"""The secrets of a server: a file for each one, which its owner alone reads."""

from __future__ import annotations

import re
import shutil
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.server_directory import SHELLS, Machine, machine_of, program

Make = Callable[..., Machine]


@pytest.fixture(params=SHELLS)
def make(request: pytest.FixtureRequest, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Return what makes a machine, for each shell."""

    if not shutil.which(request.param.split()[0]):
        pytest.skip(f"no {request.param} on this machine")

    def machine(shape: str = "typical") -> Machine:
        return machine_of(shape, tmp_path, tmp_path_factory.getbasetemp(), shell=request.param)

    return machine


DOCKER = """#!/bin/sh
printf '%s\\n' "$*" >>"{log}.arguments"
cat >>"{log}.input"
read -r code <"{log}.code" && exit "$code"
"""


def docker(machine: Machine, code: int = 0) -> Path:
    """Put a docker into the PATH that notes its calls; return the start of the names of its notes."""
    log = machine.path.parent / "docker"
    log.with_suffix(".code").write_text(f"{code}\n")
    program(machine, "docker", DOCKER.format(log=log))
    return log


ASKED = """#!/bin/sh
printf '%s\\n' "$ALERT_SMTP_PASSWORD_FILE"
"""


def test_the_password_for_alerts_is_a_file_that_stays_the_same_and_may_be_missing(make: Make) -> None:
    machine = make("everything")
    program(machine, "docker", ASKED)
    assert machine.run("compose", "config", ALERT_SMTP_PASSWORD_FILE="/of/the/person").output == "/dev/null\n"
    file = machine.path / "secrets/ALERT_SMTP_PASSWORD"
    assert machine.run("secrets", "set", "ALERT_SMTP_PASSWORD", given="first").code == 0
    assert machine.run("compose", "config").output == "../secrets/ALERT_SMTP_PASSWORD\n"
    before = file.stat().st_ino
    assert machine.run("secrets", "set", "ALERT_SMTP_PASSWORD", given="2nd").code == 0
    assert (file.read_text(), file.stat().st_ino) == ("2nd", before)
    assert modes(file.parent) == {"ALERT_SMTP_PASSWORD": 0o600}


def modes(folder: Path) -> dict[str, int]:
    return {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()}


def test_generated_secrets_are_made_once_and_read_by_their_owner_alone(make: Make) -> None:
    machine = make("everything")
    (machine.path / "secrets").rmdir()
    done = machine.run("secrets", "init")
    assert (done.code, done.errors) == (0, "")
    made = {path.name: path.read_text() for path in (machine.path / "secrets").iterdir()}
    assert set(made) == {
        *("POSTGRES_PASSWORD", "REDIS_PASSWORD", "RESTIC_PASSWORD", "SESSION_SECRET"),
        *("STORAGE_ACCESS_KEY", "STORAGE_SECRET_KEY"),
    }
    assert all(re.fullmatch("[0-9a-f]{20}|[0-9a-f]{64}", value) for value in made.values())
    assert len(set(made.values())) == len(made)
    assert not any(value in done.output for value in made.values())
    assert set(modes(machine.path / "secrets").values()) == {0o600}
    assert stat.S_IMODE((machine.path / "secrets").stat().st_mode) == 0o700
    assert machine.run("secrets", "init").output == ""
    assert {path.name: path.read_text() for path in (machine.path / "secrets").iterdir()} == made


@pytest.mark.parametrize("value", ["plain", ' it\'s "5 $" # ü\\n ', "-n", "--empty", "%s"])
def test_a_value_is_the_line_of_standard_input(make: Make, value: str) -> None:
    machine = make()
    for given in (value, f"{value}\n"):
        done = machine.run("secrets", "set", "PAGER_API_KEY", given=given)
        assert (done.code, done.output, done.errors) == (0, "", "")
        assert machine.secret("PAGER_API_KEY") == value
    assert modes(machine.path / "secrets") == {"PAGER_API_KEY": 0o600}
    shown = machine.run("secrets", "show", "PAGER_API_KEY")
    assert (shown.code, shown.output) == (0, f"{value}\n")


@pytest.mark.parametrize(
    ("arguments", "given", "says"),
    [
        (("set", "PAGER_API_KEY"), "", "is empty"),
        (("set", "PAGER_API_KEY"), "\n", "is empty"),
        (("set", "PAGER_API_KEY"), "5f3c\n5f3d\n", "several lines"),
        (("set", "PAGER_API_KEY"), "5f3c\n\n", "several lines"),
        (("set", "PAGER_API_KEY"), "5f3c\r\n", "control characters"),
        (("set", "../PAGER"), "5f3c", "is not the name of a secret"),
        (("set", ".PAGER"), "5f3c", "is not the name of a secret"),
        (("set",), "5f3c", "the name of a secret is required"),
        (("set", "A", "B"), "5f3c", "the name of a secret is required"),
        (("set", "POSTGRES_PASSWORD"), "it's", "letters, digits"),
        (("rotate", "PAGER_API_KEY"), "", "is not generated on the machine"),
        (("rotate", "--back", "SESSION_SECRET"), "", "no rotation of SESSION_SECRET"),
        (("look",), "", "there is no command 'look'"),
        ((), "", "there is no command ''"),
    ],
)
def test_wrong_arguments_and_values_change_nothing(
    make: Make, arguments: tuple[str, ...], given: str, says: str
) -> None:
    machine = make()
    done = machine.run("secrets", *arguments, given=given)
    assert (done.code, done.output) == (2, "")
    assert done.errors.startswith("error: ")
    assert says in done.errors
    assert "5f3" not in done.errors
    assert modes(machine.path / "secrets") == {}


def test_the_list_names_what_has_no_value(make: Make) -> None:
    machine = make()
    machine.run("secrets", "init")
    listed = machine.run("secrets", "list")
    assert listed.code == 6
    command = "sh infra/server/ops/secrets set production PAGER_API_KEY"
    assert f"PAGER_API_KEY: no value; set it with: {command}\n" in listed.output
    assert "no value: PAGER_API_KEY, RESTIC_AWS_ACCESS_KEY_ID, RESTIC_AWS_SECRET_ACCESS_KEY;" in listed.errors
    for name in ("PAGER_API_KEY", "RESTIC_AWS_ACCESS_KEY_ID"):
        machine.run("secrets", "set", name, given="5f3c")
    assert machine.run("secrets", "set", "--empty", "RESTIC_AWS_SECRET_ACCESS_KEY").code == 0
    added = machine.run("secrets", "set", "MORE", given="5f3c")
    assert (added.code, "the model does not state MORE" in added.errors) == (0, True)
    listed = machine.run("secrets", "list")
    assert (listed.code, listed.errors) == (0, "")
    assert "PAGER_API_KEY: has a value\n" in listed.output
    assert "RESTIC_AWS_SECRET_ACCESS_KEY: empty; the application runs without it\n" in listed.output
    assert "SESSION_SECRET: has a value, generated on the machine\n" in listed.output
    assert "MORE: has a value; the model does not state it\n" in listed.output
    assert "5f3c" not in listed.output
    assert machine.run("secrets", "show", "OTHER").code == 6


def test_a_secret_that_a_store_uses_is_rotated_and_not_set(make: Make) -> None:
    machine = make("everything")
    for name in ("POSTGRES_PASSWORD", "REDIS_PASSWORD", "STORAGE_SECRET_KEY", "RESTIC_PASSWORD"):
        assert machine.run("secrets", "set", name, given="a1b2").code == 0
    for name in ("POSTGRES_PASSWORD", "REDIS_PASSWORD", "STORAGE_SECRET_KEY"):
        done = machine.run("secrets", "set", name, given="c3d4")
        assert (done.code, f"/ops/secrets rotate production {name}" in done.errors) == (2, True)
        assert machine.secret(name) == "a1b2"
    # An empty machine gets the password of the repository that it restores from.
    assert machine.run("secrets", "set", "RESTIC_PASSWORD", given="c3 d'4").code == 0


def test_a_rotated_secret_of_the_application_can_be_taken_back(make: Make) -> None:
    machine = make()
    machine.run("secrets", "init")
    before = machine.secret("SESSION_SECRET")
    done = machine.run("secrets", "rotate", "SESSION_SECRET")
    after = machine.secret("SESSION_SECRET")
    assert (done.code, done.output, after != before, len(after)) == (0, "", True, 64)
    assert machine.run("secrets", "rotate", "--back", "SESSION_SECRET").code == 0
    assert machine.secret("SESSION_SECRET") == before
    assert machine.run("secrets", "rotate", "SESSION_SECRET").code == 0
    assert machine.run("secrets", "rotate", "--done", "SESSION_SECRET").code == 0
    assert machine.run("secrets", "rotate", "--back", "SESSION_SECRET").code == 2
    assert not [name for name in modes(machine.path / "secrets") if name.startswith(".S")]


def test_the_database_takes_a_new_password_from_standard_input(make: Make) -> None:
    machine = make()
    machine.run("secrets", "init")
    log = docker(machine)
    before = machine.secret("POSTGRES_PASSWORD")
    done = machine.run("secrets", "rotate", "POSTGRES_PASSWORD")
    after = machine.secret("POSTGRES_PASSWORD")
    assert (done.code, after != before) == (0, True), done.errors
    assert f"alter role app password '{after}';\n" in log.with_suffix(".input").read_text()
    assert "exec -T postgres psql" in log.with_suffix(".arguments").read_text()
    assert after not in log.with_suffix(".arguments").read_text() + done.output + done.errors
    assert machine.run("secrets", "rotate", "--back", "POSTGRES_PASSWORD").code == 0
    assert f"alter role app password '{before}';\n" in log.with_suffix(".input").read_text()
    assert machine.secret("POSTGRES_PASSWORD") == before


@pytest.mark.parametrize("name", ["POSTGRES_PASSWORD", "REDIS_PASSWORD", "STORAGE_ACCESS_KEY", "STORAGE_SECRET_KEY"])
def test_a_store_that_does_not_take_the_new_value_keeps_the_one_before(make: Make, name: str) -> None:
    machine = make("everything")
    machine.run("secrets", "init")
    before = machine.secret(name)
    log = docker(machine, code=1)
    done = machine.run("secrets", "rotate", name)
    assert machine.secret(name) == before
    # A service that starts with neither value is reported as such.
    assert (done.code, done.errors.count("error: ")) == (1 if name.startswith("POSTGRES") else 3, 1)
    tried = (machine.path / f"secrets/.{name}.next").read_text()
    log.with_suffix(".code").write_text("0\n")
    # The database may have taken the value although its answer was lost.
    assert machine.run("secrets", "rotate", name).code == 0
    assert machine.secret(name) == tried


@pytest.mark.parametrize(("name", "service"), [("REDIS_PASSWORD", "redis"), ("STORAGE_ACCESS_KEY", "storage")])
def test_a_service_starts_again_with_its_new_secret(make: Make, name: str, service: str) -> None:
    machine = make("everything")
    machine.run("secrets", "init")
    before = machine.secret(name)
    log = docker(machine)
    done = machine.run("secrets", "rotate", name)
    assert (done.code, machine.secret(name) != before) == (0, True)
    assert f"up --detach --wait --no-deps --force-recreate {service}\n" in log.with_suffix(".arguments").read_text()
