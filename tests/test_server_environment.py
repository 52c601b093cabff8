"""The variables of the application on a server: `machine/environment` writes them to run/app.env."""

from __future__ import annotations

import json
import os
import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.compose import compose_command
from tests.support.server_directory import SHELLS, Machine, machine_of

Make = Callable[..., Machine]

VALUES = {
    "QUOTES": 'it\'s "quoted" and `so on`',
    "DOLLAR": "$HOME ${HOME} $$ $(id)",
    "HASH": "before # after",
    "SPACES": "  two  spaces  ",
    "UTF8": "Grüße 漢字 🙂",
    "EQUALS": "a=b=c",
    "BACKSLASH": "C:\\new\\table %s\\",
}


@pytest.fixture
def make(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Return what makes a machine whose secrets have values."""

    def machine(shape: str = "typical", *, environment: str = "production", shell: str = "sh") -> Machine:
        if not shutil.which(shell.split()[0]):
            pytest.skip(f"no {shell} on this machine")
        made = machine_of(shape, tmp_path, tmp_path_factory.getbasetemp(), environment=environment, shell=shell)
        (made.path / "secrets/PAGER_API_KEY").write_text("k-5f3c")
        return made

    return machine


def complete(machine: Machine) -> None:
    """Give the settings of the shape `everything` their values."""
    text = machine.settings().read_text()
    for name in ("SMTP_HOST", "SMTP_PORT"):
        text = text.replace(f"\n{name}=\n", f"\n{name}=mail.example.com\n")
    machine.settings().write_text(text)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_application_gets_settings_secrets_and_the_addresses_of_the_stores(make: Make, shell: str) -> None:
    machine = make(shell=shell)
    done = machine.run("environment")
    assert (done.code, done.output, done.errors) == (0, "", "")
    assert machine.app_env() == {
        "PAGER_BASE_URL": "https://pager.example.com",
        "PAGER_API_KEY": "k-5f3c",
        "SESSION_SECRET": machine.secret("SESSION_SECRET"),
        "DATABASE_URL": f"postgresql://app:{machine.secret('POSTGRES_PASSWORD')}@postgres:5432/app",
        "REDIS_URL": f"redis://:{machine.secret('REDIS_PASSWORD')}@redis:6379/0",
        "SITE_URL": "https://desk.example.com",
        "FORWARDED_ALLOW_IPS": "10.201.73.0/24",
    }
    assert stat.S_IMODE((machine.path / "run/app.env").stat().st_mode) == 0o600
    assert [path.name for path in (machine.path / "run").iterdir()] == ["app.env"]


def test_the_object_store_of_the_machine_gives_its_login_and_address(make: Make) -> None:
    machine = make("everything")
    complete(machine)
    assert machine.run("secrets", "set", "--empty", "ALERT_SMTP_PASSWORD").code == 0
    assert machine.run("environment").code == 0
    variables = machine.app_env()
    assert variables["AWS_ACCESS_KEY_ID"] == machine.secret("STORAGE_ACCESS_KEY")
    assert variables["AWS_SECRET_ACCESS_KEY"] == machine.secret("STORAGE_SECRET_KEY")
    assert variables["FILES_ENDPOINT"] == "http://storage:9000"
    assert variables["GREETING"] == 'it\'s "5 $" # not a comment'
    assert not [name for name in variables if name.startswith(("STORAGE_", "RESTIC_", "POSTGRES_"))]


def test_the_address_follows_the_file_that_people_edit(make: Make) -> None:
    machine = make()
    file = machine.path / "stack/environments/production.env"
    text = file.read_text().replace("desk.example.com", '"help.example.org"').replace("10.201.73.0/24", "10.9.0.0/24")
    file.write_text(text)
    assert machine.run("environment").code == 0
    assert machine.app_env()["SITE_URL"] == "https://help.example.org"
    assert machine.app_env()["FORWARDED_ALLOW_IPS"] == "10.9.0.0/24"


def test_the_local_address_has_its_port(make: Make) -> None:
    machine = make(environment="local")
    assert machine.run("environment").code == 0
    assert machine.app_env()["SITE_URL"] == "https://localhost:8443"


def test_a_value_of_a_person_counts_before_that_of_the_stack(make: Make) -> None:
    machine = make()
    with machine.settings().open("a") as file:
        file.write("SITE_URL=https://www.example.com\n")
    (machine.path / "secrets/DATABASE_URL").write_text("postgresql://elsewhere.example.com/desk")
    assert machine.run("environment").code == 0
    variables = machine.app_env()
    assert variables["SITE_URL"] == "https://www.example.com"
    assert variables["DATABASE_URL"] == "postgresql://elsewhere.example.com/desk"
    assert (machine.path / "run/app.env").read_text().count("DATABASE_URL=") == 1


def test_compose_reads_every_value_as_it_is(make: Make) -> None:
    compose = compose_command()
    machine = make()
    with machine.settings().open("a") as file:
        file.writelines(f"{name}={value}\n" for name, value in VALUES.items())
    (machine.path / "secrets/PAGER_API_KEY").write_text(VALUES["QUOTES"] + VALUES["DOLLAR"] + VALUES["HASH"])
    assert machine.run("environment").code == 0
    command = [*compose, "--project-name", "desk", "--project-directory", "."]
    command += ["--env-file", "environments/production.env", "--env-file", "../state/images.env", "--profile", "*"]
    done = subprocess.run(
        [*command, "config", "--format", "json"],
        cwd=machine.path / "stack", env=dict(os.environ), capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)["services"]["web-blue"]["environment"]
    expected = {**VALUES, "PAGER_API_KEY": VALUES["QUOTES"] + VALUES["DOLLAR"] + VALUES["HASH"]}
    # `config` doubles each $ in what it prints.
    assert {name: seen[name].replace("$$", "$") for name in expected} == expected


def test_secrets_without_a_value_are_named_and_the_file_before_stays(make: Make) -> None:
    machine = make()
    assert machine.run("environment").code == 0
    before = (machine.path / "run/app.env").read_text()
    (machine.path / "secrets/PAGER_API_KEY").unlink()
    done = machine.run("environment")
    assert (done.code, done.output) == (6, "")
    assert "error: these secrets have no value: PAGER_API_KEY;" in done.errors
    assert "sh infra/server/ops/secrets set production NAME" in done.errors
    assert (machine.path / "run/app.env").read_text() == before
    assert [path.name for path in (machine.path / "run").iterdir()] == ["app.env"]
    assert machine.run("secrets", "set", "--empty", "PAGER_API_KEY").code == 0
    assert machine.run("environment").code == 0
    assert "PAGER_API_KEY" not in machine.app_env()


def test_settings_without_a_value_are_named(make: Make) -> None:
    machine = make("everything")
    assert machine.run("secrets", "set", "--empty", "ALERT_SMTP_PASSWORD").code == 0
    done = machine.run("environment")
    assert done.code == 6
    assert (
        "error: these variables have no value: SMTP_HOST, SMTP_PORT; set them in environments/production.app.env"
        in (done.errors)
    )
    complete(machine)
    machine.settings().write_text(machine.settings().read_text() + "LATER=\n")
    done = machine.run("environment")
    assert (done.code, done.errors) == (0, "warning: variables without a value are left out: LATER\n")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("<<<<<<< ours", "is not NAME=VALUE"),
        ("=======", "is not NAME=VALUE"),
        ("MY VALUE=1", "is not NAME=VALUE"),
        ("export NAME=1", "is not NAME=VALUE"),
        ("NAME=1\r", "Windows line endings"),
        ("PAGER_API_KEY=k-5f3c", "contains the secret PAGER_API_KEY"),
        ("SESSION_SECRET=k-5f3c", "contains the secret SESSION_SECRET"),
        ("DATABASE_URL=postgresql://app:k-5f3c@db/app", "contains the secret DATABASE_URL"),
    ],
)
def test_a_file_with_a_wrong_line_or_a_secret_is_refused(make: Make, line: str, says: str) -> None:
    machine = make()
    with machine.settings().open("a") as file:
        file.write(f"{line}\n")
    done = machine.run("environment")
    assert (done.code, says in done.errors) == (5, True), done.errors
    assert "k-5f3c" not in done.errors
    assert not (machine.path / "run/app.env").exists()


def test_a_machine_that_is_not_set_up_is_named(make: Make) -> None:
    machine = make()
    (machine.path / "state/environment").unlink()
    done = machine.run("environment")
    assert (done.code, "is not set up" in done.errors) == (5, True)
