"""`ops/setup` of the server template: what it requires of a machine, and what it prepares."""

from __future__ import annotations

import json
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.deploy_target import run_script
from tests.support.deploy_targets import server
from tests.support.server.target import ServerTarget, files_of, sent_files_of, server_target
from tests.support.server.trees import rendered_dev

__all__ = ["server"]


@pytest.fixture
def machine(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerTarget]:
    """Return a machine that is not set up."""
    with server_target(rendered_dev(tmp_path_factory.getbasetemp()), tmp_path, None) as made:
        yield made


def nothing_was_changed(machine: ServerTarget) -> bool:
    return not machine.directory.exists() and not machine.engine.containers


def test_a_machine_is_set_up_and_says_what_is_left_to_do(machine: ServerTarget) -> None:
    done = run_script(machine, "setup", "--skip-dns", "dev")
    assert done.code == 0, done
    assert "PAGER_API_KEY" in done.errors
    assert f"next: sh {machine.ops}/secrets list dev" in done.output
    assert {one.service for one in machine.engine.containers.values()} == {"caddy", "postgres", "redis"}
    assert files_of(machine.directory / "stack") == sent_files_of(machine.ops.parent)
    assert (machine.directory / "state/environment").read_text() == "dev\n"
    modes = {path.stat().st_mode & 0o777 for path in (machine.directory / "stack").rglob("*")}
    assert modes == {0o644, 0o755}, "containers with other users read the files"
    private = {name: (machine.directory / name).stat().st_mode & 0o777 for name in ("run", "secrets", "run/app.env")}
    assert private == {"run": 0o700, "secrets": 0o700, "run/app.env": 0o600}
    assert not machine.is_locked()
    (machine.directory / "secrets/PAGER_API_KEY").write_text("key")
    again = run_script(machine, "setup", "--skip-dns", "dev")
    assert (again.code, f"next: sh {machine.ops}/deploy dev IMAGE" in again.output) == (0, True)
    assert "PAGER_API_KEY=key" in (machine.directory / "run/app.env").read_text()


def test_a_set_up_can_be_repeated_with_a_version_that_runs(server: ServerTarget) -> None:
    before = server.containers()
    (server.ops.parent / "caddy/application.caddy").write_text("# changed\n")
    done = run_script(server, "setup", "--json", "--skip-dns", "dev")
    assert done.code == 0, done
    assert json.loads(done.output.splitlines()[-1])["exit_code"] == 0
    assert (server.directory / "stack/caddy/application.caddy").read_text() == "# changed\n"
    assert server.plugin.reloads == 1
    assert server.containers() == before
    assert server.is_tidy()


def test_files_of_the_proxy_that_it_does_not_accept_are_named(server: ServerTarget) -> None:
    server.plugin.reload_error = "Error: adapting config using caddyfile: unrecognized directive: x"
    done = run_script(server, "setup", "--skip-dns", "dev")
    assert done.code == 1
    assert "caddy/: Error: adapting config using caddyfile: unrecognized directive: x" in done.errors


@pytest.mark.parametrize(
    ("fact", "value", "says"),
    [
        ("domain", "", "set domain_name in [infra.env.dev] of dazzle.toml"),
        ("domain", "", "domain in environments/dev.sh"),
        ("host", "", "set host in [infra.server.env.dev] of dazzle.toml"),
        ("host", "-oProxyCommand=x", "host or user in environments/dev.sh is not valid"),
        ("directory", "srv", "must be an absolute path"),
        ("architecture", "arm64", "has the architecture amd64, but environments/dev.sh states arm64"),
        ("memory_mb", "99999999", "but the limits are for 99999999: set memory_mb in [infra.server.env.dev]"),
    ],
)
def test_a_fact_that_cannot_be_used_is_named_with_its_key(
    machine: ServerTarget, fact: str, value: str, says: str
) -> None:
    machine.state_fact(fact, value)
    done = run_script(machine, "setup", "--skip-dns", "dev")
    assert done.code == 5
    assert says in done.errors
    assert nothing_was_changed(machine)


@pytest.mark.parametrize(
    ("before", "after", "says"),
    [
        ("\n", "\r\n", "has Windows line endings"),
        ("host=", "<<<<<<< before\nhost=", "has a conflict marker in line 11: resolve the conflict"),
    ],
)
def test_a_damaged_file_of_an_environment_is_named(machine: ServerTarget, before: str, after: str, says: str) -> None:
    facts = machine.ops.parent / "environments/dev.sh"
    facts.write_bytes(facts.read_text().replace(before, after).encode())
    done = run_script(machine, "setup", "dev")
    assert (done.code, f"environments/dev.sh {says}" in done.errors) == (5, True)
    assert machine.number_of_calls() == 0


@pytest.mark.parametrize("marker", ["<<<<<<< before updating", ">>>>>>> after updating"])
@pytest.mark.parametrize("name", ["environments/dev.env", "environments/dev.app.env", "compose.web.yaml"])
def test_a_file_with_a_conflict_marker_is_not_sent(server: ServerTarget, name: str, marker: str) -> None:
    before = files_of(server.directory / "stack")
    path = server.ops.parent / name
    path.write_text(f"# first\n{marker}\n{path.read_text()}")
    for arguments in (("setup", "--skip-dns", "dev"), ("deploy", "dev", server.images.second)):
        done = run_script(server, *arguments)
        assert (done.code, f"{name} has a conflict marker in line 2" in done.errors) == (5, True), done
    assert files_of(server.directory / "stack") == before
    assert server.running() == {server.images.first}


def test_alerts_that_nobody_would_receive_are_named(server: ServerTarget) -> None:
    server.state_fact("profiles", "monitoring")
    name = "monitoring/environments/dev/alertmanager.yml"
    file = server.ops.parent / name
    file.parent.mkdir(parents=True)
    for host, warns in (("smtp.invalid:587", True), ("mail.example.com:587", False)):
        file.write_text(f'global:\n  smtp_smarthost: "{host}"\n')
        done = run_script(server, "setup", "--skip-dns", "dev")
        assert (done.code, f"nobody receives the alerts: smtp_smarthost in {name}" in done.errors) == (0, warns), done


def test_a_line_of_equals_signs_is_no_conflict(server: ServerTarget) -> None:
    with (server.ops.parent / "environments/dev.env").open("a") as file:
        file.write("# =======\n#\n# <<<<<<< a quotation\n")
    assert run_script(server, "setup", "--skip-dns", "dev").code == 0


def test_files_that_compose_does_not_accept_do_not_replace_those_of_the_machine(server: ServerTarget) -> None:
    before = files_of(server.directory / "stack")
    (server.ops.parent / "compose.web.yaml").write_text("services:\n  web:\n\timage: x\n")
    server.plugin.config_error = "yaml: line 3: found character that cannot start any token"
    done = run_script(server, "setup", "--skip-dns", "dev")
    assert done.code == 5
    assert "Compose does not accept the files" in done.errors
    assert "yaml: line 3" in done.errors
    done = run_script(server, "deploy", "dev", server.images.second)
    assert (done.code, "yaml: line 3" in done.errors) == (1, True), done
    assert files_of(server.directory / "stack") == before
    assert server.running() == {server.images.first}
    assert not (server.directory / "incoming").exists()


def test_the_configuration_of_ssh_may_be_another_file(machine: ServerTarget) -> None:
    run_script(machine, "status", "dev", OPS_SSH_CONFIG="/etc/pipeline ssh")
    (words,) = machine.connections
    assert words[words.index("-F") + 1] == "/etc/pipeline ssh"
    assert "ConnectTimeout=10" in words
    # The path of a socket has a maximum length.
    assert any(word.startswith("ControlPath=/") for word in words)
    folder = machine.folder / ("long" * 20)
    folder.mkdir()
    run_script(machine, "status", "dev", TMPDIR=str(folder))
    assert "ControlPath=none" in machine.connections[-1]


@pytest.mark.parametrize(
    ("compose", "says"),
    [
        ("2.32.1", "Docker Compose 2.32.2 or later is required on deploy@203.0.113.10, not '2.32.1'"),
        ("1.29.2", "not '1.29.2'"),
        ("", "not 'none'"),
        ("v2.32.2-desktop.1", ""),
        ("2.33.0+ds1", ""),
        ("5.0.1", ""),
    ],
)
def test_the_version_of_compose_is_checked(machine: ServerTarget, compose: str, says: str) -> None:
    machine.engine.compose = compose
    done = run_script(machine, "setup", "--skip-dns", "dev")
    assert done.code == (5 if says else 0), done
    assert says in done.errors


@pytest.mark.parametrize(
    ("refusal", "says"),
    [
        ("permission denied while trying to connect to the Docker daemon socket", "sudo usermod -aG docker"),
        ("Cannot connect to the Docker daemon at unix:///var/run/docker.sock.", "Docker does not answer"),
    ],
)
def test_docker_that_does_not_answer_is_named(machine: ServerTarget, refusal: str, says: str) -> None:
    machine.engine.refusal = refusal
    done = run_script(machine, "setup", "--skip-dns", "dev")
    assert done.code == 5
    assert says in done.errors
    assert refusal in done.errors
    machine.engine.refusal = ""
    (machine.folder / "machine/bin/docker").unlink()
    done = run_script(machine, "setup", "--skip-dns", "dev")
    assert (done.code, "docker is not installed" in done.errors) == (5, True)
    assert nothing_was_changed(machine)


def test_too_little_free_disk_is_named(machine: ServerTarget) -> None:
    machine.stub("df", "echo; echo /dev/sda1 9999999 9000000 1000000 90% /")
    done = run_script(machine, "setup", "--skip-dns", "dev")
    assert done.code == 5
    assert "has 976 MiB of free disk" in done.errors
    assert nothing_was_changed(machine)


def test_a_program_that_uses_the_ports_is_named_unless_it_is_the_proxy(server: ServerTarget) -> None:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port = one.getsockname()[1]
        with (server.ops.parent / "environments/dev.env").open("a") as file:
            file.write(f"HTTP_PORT={port}\n")
        assert run_script(server, "setup", "--skip-dns", "dev").code == 0
        server.engine.containers = {}
        done = run_script(server, "setup", "--skip-dns", "dev")
    assert done.code == 5
    assert f"uses the ports of the proxy: {port}" in done.errors


@pytest.mark.parametrize(
    ("here", "there", "own", "code", "says"),
    [
        ("203.0.113.10", "", "10.0.0.5/24", 0, ""),
        ("", "203.0.113.10", "10.0.0.5/24", 0, ""),
        ("198.51.100.7", "198.51.100.7", "198.51.100.7/24", 0, ""),
        ("203.0.113.10 2001:db8::9", "", "", 0, "also points to 2001:db8::9"),
        ("198.51.100.7", "198.51.100.7", "10.0.0.5/24", 5, "points to 198.51.100.7, which is not"),
        ("", "", "10.0.0.5/24", 5, "does not resolve"),
    ],
)
def test_the_domain_must_lead_to_the_machine(
    machine: ServerTarget, here: str, there: str, own: str, code: int, says: str
) -> None:
    for where, addresses in (("person", here), ("machine", there)):
        lines = "".join(f"echo '{one} STREAM'\n" for one in addresses.split())
        machine.stub("getent", f'[ "$2" != desk.example.com ] || {{ :\n{lines}}}', where=where)
    machine.stub("ip", f"echo '2: eth0 inet {own} scope global'")
    done = run_script(machine, "setup", "dev")
    assert done.code == code, done
    assert says in done.errors
    if code:
        assert "rate limits count failed requests" in done.errors
        assert "ops/setup --skip-dns dev" in done.errors
        assert nothing_was_changed(machine)


@pytest.mark.parametrize(
    ("address", "code"),
    [("10.0.0.5", 0), ("172.31.0.1", 0), ("100.64.0.1", 0), ("192.168.1.2", 0), ("172.32.0.1", 5), ("100.128.0.1", 5)],
)
def test_a_machine_with_private_addresses_cannot_compare_them(machine: ServerTarget, address: str, code: int) -> None:
    machine.state_fact("host", address)
    answer = f'[ "$2" = {address} ] && echo "{address} STREAM" || echo "198.51.100.7 STREAM"'
    machine.stub("getent", answer, where="person")
    machine.stub("getent", "echo '198.51.100.7 STREAM'")
    machine.stub("ip", f"echo '2: eth0 inet {address}/24 scope global'")
    done = run_script(machine, "setup", "dev")
    assert (done.code, "warning: deploy@" in done.errors) == (code, code == 0), done
    assert "198.51.100.7" in done.errors


def test_a_directory_that_cannot_be_created_is_named_with_the_command(machine: ServerTarget) -> None:
    machine.state_fact("directory", "/proc/nowhere/desk")
    done = run_script(machine, "setup", "--skip-dns", "dev")
    assert done.code == 5
    assert "sudo install -d -o deploy -g deploy /proc/nowhere/desk" in done.errors


def test_a_machine_of_another_environment_is_refused(server: ServerTarget) -> None:
    (server.directory / "state/environment").write_text("staging\n")
    done = run_script(server, "setup", "--skip-dns", "dev")
    assert (done.code, "belongs to the environment staging" in done.errors) == (5, True)
    done = run_script(server, "deploy", "dev", server.images.second)
    assert (done.code, "belongs to the environment staging" in done.errors) == (5, True)
    assert server.running() == {server.images.first}


def test_timers_are_installed_by_root_or_the_command_is_named(machine: ServerTarget) -> None:
    units, script = machine.folder / "units", machine.ops / "common/install.sh"
    units.mkdir()
    script.write_text(script.read_text().replace("/etc/systemd/system", str(units)))
    source = machine.ops.parent / "machine/systemd"
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir()
    unit = "User=@USER@\nExecStart=/bin/sh @DIRECTORY@/stack/machine/backup\n"
    (source / "ticket-desk-backup.service").write_text(unit)
    (source / "ticket-desk-backup.timer").write_text("OnCalendar=daily\n")
    (units / "ticket-desk-old.service").write_text(f"ExecStart=/bin/sh {machine.directory}/stack/machine/task old\n")
    (units / "ticket-desk-own.service").write_text("ExecStart=/bin/true\n")
    machine.stub("systemctl", f'[ "$1" != is-enabled ] || [ -e {units}/$3 ]; echo "$*" >>{machine.folder}/systemctl')
    machine.stub("id", '[ "$1" = -u ] && echo 1000 || echo deploy')
    done = run_script(machine, "setup", "--skip-dns", "dev")
    command = f"ssh -t -p 22 deploy@203.0.113.10 sudo sh {machine.directory}/state/units/install"
    assert (done.code, command in done.errors) == (0, True), done
    machine.stub("sudo", '[ "$1" = -n ] && shift && "$@"')
    done = run_script(machine, "setup", "--skip-dns", "dev")
    assert (done.code, "timers" in done.errors) == (0, False), done
    assert sorted(one.name for one in units.iterdir()) == [
        "ticket-desk-backup.service",
        "ticket-desk-backup.timer",
        "ticket-desk-own.service",
    ]
    text = (units / "ticket-desk-backup.service").read_text()
    assert text == f"User=deploy\nExecStart=/bin/sh {machine.directory}/stack/machine/backup\n"
    calls = (machine.folder / "systemctl").read_text().splitlines()
    assert "disable --now ticket-desk-old.timer" in calls
    assert calls[-2:] == ["enable ticket-desk-backup.timer", "restart ticket-desk-backup.timer"]
    assert not (machine.directory / "state/units").exists()
    machine.stub("sudo", "exit 1")
    assert "timers" not in run_script(machine, "setup", "--skip-dns", "dev").errors


def test_the_environment_on_this_machine_needs_no_connection(machine: ServerTarget) -> None:
    variables = {
        "PATH": f"{machine.folder}/machine/bin:{machine.folder}/tools",
        "DAZZLE_LOCAL_DIRECTORY": str(machine.directory),
    }
    (machine.directory / "secrets").mkdir(parents=True)
    (machine.directory / "secrets/PAGER_API_KEY").write_text("key")
    done = run_script(machine, "setup", "local", **variables)
    assert done.code == 0, done
    assert run_script(machine, "deploy", "local", machine.images.first, **variables).code == 0
    assert run_script(machine, "status", "local", **variables).code == 0
    assert run_script(machine, "run", "local", "--", "exit", "3", **variables).code == 3
    assert machine.running() == {machine.recorded()} == {machine.images.first}
    assert machine.number_of_calls() == 0
