"""The scripts of the server template: what the contract of deploy targets does not mention."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.deploy_target import SCRIPTS, arguments, run_script, start_script
from tests.support.deploy_targets import server
from tests.support.server.target import ServerTarget, server_target
from tests.support.server.trees import rendered_dev

__all__ = ["server"]


@pytest.fixture
def machine(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServerTarget]:
    """Return a machine with everything, on which nothing is deployed."""
    base = tmp_path_factory.getbasetemp()
    with server_target(rendered_dev(base, "everything"), tmp_path, None) as made:
        made.state_fact("jump_host", "jump@bastion.example.com:2222")
        made.state_fact("port", "2200")
        settings = made.ops.parent / "environments/dev.app.env"
        values = {"SMTP_HOST": "mail.example.com", "SMTP_PORT": "587"}
        for name, value in values.items():
            settings.write_text(re.sub(f"(?m)^{name}=.*$", f"{name}={value}", settings.read_text()))
        (made.directory / "secrets").mkdir(parents=True)
        (made.directory / "secrets/PAGER_API_KEY").write_text("key")
        assert run_script(made, "setup", "--skip-dns", "dev").code == 0
        yield made


def services(target: ServerTarget) -> set[str]:
    return {one.service for one in target.containers() if one.status == "running"}


def test_before_the_first_deployment_a_migration_and_then_a_command_run(machine: ServerTarget) -> None:
    done = run_script(machine, "run", "dev", "--", "true")
    assert (done.code, "ops/migrate dev IMAGE" in done.errors) == (5, True)
    assert run_script(machine, "rollback", "dev").code == 5
    assert run_script(machine, "status", "dev").code == 6
    assert run_script(machine, "migrate", "dev", machine.images.first).code == 0
    assert run_script(machine, "run", "dev", "--", "true").code == 0
    assert services(machine) == set()
    assert run_script(machine, "rollback", "dev").code == 5


def test_the_first_version_that_fails_leaves_nothing(machine: ServerTarget) -> None:
    done = run_script(machine, "deploy", "dev", machine.images.unhealthy)
    assert done.code == 1
    assert "No version was running before." in done.errors
    assert services(machine) == set()
    assert not (machine.directory / "state/record").exists()
    assert run_script(machine, "deploy", "dev", machine.images.first).code == 0
    assert services(machine) == {"web-blue", "live-updates-blue", "worker"}
    assert run_script(machine, "status", "dev").code == 0


def test_health_is_asked_through_the_proxy_with_the_host_of_the_service(machine: ServerTarget) -> None:
    assert run_script(machine, "deploy", "--skip-migrate", "dev", machine.images.first).code == 0
    address, headers = machine.plugin.asked
    assert address == "http://live-updates-blue:8010/live/up"
    assert headers == ["Host: desk.example.com", "X-Forwarded-Proto: https"]
    (words,) = {tuple(words) for words in machine.engine.commands if "http://web-blue:8000/health" in words}
    assert "Host: all.example.com" in words


def test_files_and_variables_are_sent_and_restored_if_the_version_fails(server: ServerTarget) -> None:
    tree, stack = server.ops.parent, server.directory / "stack"
    (tree / "caddy/more words.caddy").write_text("# more\n")
    (tree / "compose.override.yaml").write_text("services: {}\n")
    (tree / "caddy/application.caddy").unlink()
    (stack / "own").write_text("of the machine\n")
    folder = (stack / "caddy").stat().st_ino
    with (tree / "environments/dev.app.env").open("a") as file:
        file.write("LEVEL=debug\n")
    done = run_script(server, "deploy", "dev", server.images.unhealthy)
    assert done.code == 1
    assert not (stack / "compose.override.yaml").exists()
    assert (stack / "caddy/application.caddy").exists()
    assert "LEVEL" not in (server.directory / "run/app.env").read_text()
    assert server.plugin.reloads == 0
    assert run_script(server, "deploy", "dev", server.images.second).code == 0
    assert (stack / "caddy/more words.caddy").read_text() == "# more\n"
    assert (stack / "compose.override.yaml").exists()
    assert not (stack / "caddy/application.caddy").exists()
    assert "LEVEL=debug" in (server.directory / "run/app.env").read_text()
    assert (stack / "own").exists()
    assert (stack / "caddy").stat().st_ino == folder, "containers mount the directory"
    assert server.plugin.reloads == 1


def test_what_a_person_has_decrypted_is_not_sent(server: ServerTarget) -> None:
    tree = server.ops.parent
    (tree / "secrets").mkdir()
    for name in ("secrets/dev.sops.env", "secrets/dev.decrypted.env", ".sops.yaml"):
        (tree / name).write_text("PAGER_API_KEY=k\n")
    assert run_script(server, "deploy", "dev", server.images.second).code == 0
    sent = {path.name for path in (server.directory / "stack").rglob("*")}
    assert {"dev.sops.env"} == sent & {"dev.sops.env", "dev.decrypted.env", ".sops.yaml"}


def test_files_of_the_proxy_that_it_does_not_accept_are_taken_back(server: ServerTarget) -> None:
    (server.ops.parent / "caddy/application.caddy").write_text("wrong\n")
    server.plugin.reload_error = "Error: adapting config"
    done = run_script(server, "deploy", "dev", server.images.second)
    assert done.code == 3, "the stand-in does not accept the files before either"
    assert "the proxy does not accept its files: Error: adapting config" in done.errors
    assert (server.directory / "stack/caddy/application.caddy").read_text() != "wrong\n"
    assert server.running() == {server.images.first}


def test_a_variable_without_a_value_ends_the_deployment(server: ServerTarget) -> None:
    (server.directory / "secrets/PAGER_API_KEY").unlink()
    done = run_script(server, "deploy", "dev", server.images.second)
    assert done.code == 1
    assert "PAGER_API_KEY" in done.errors
    assert server.running() == {server.images.first}


def test_the_database_is_dumped_before_a_migration_alone(server: ServerTarget) -> None:
    dumps = server.directory / "backup/dumps"
    before = dumps.read_text()
    run_script(server, "deploy", "--skip-migrate", "dev", server.images.second)
    run_script(server, "rollback", "dev")
    assert dumps.read_text() == before
    run_script(server, "migrate", "dev", server.images.second)
    run_script(server, "deploy", "dev", server.images.second)
    assert dumps.read_text() == before + 2 * f"with {server.images.first}\n"


def test_a_migration_waits_for_a_backup_that_is_running(server: ServerTarget) -> None:
    backup = server.ops.parent / "machine/backup"
    running = f"{server.directory}/running"
    backup.write_text(f"[ -e {running} ] || {{ : >{running}; echo 'error: a backup is running' >&2; exit 4; }}\n")
    done = run_script(server, "deploy", "dev", server.images.second)
    assert (done.code, "waiting for a backup that is running" in done.output) == (0, True), done
    backup.write_text("echo 'error: no space left on device' >&2; exit 1\n")
    done = run_script(server, "deploy", "dev", server.images.first)
    assert (done.code, "the database cannot be dumped: no space left on device" in done.errors) == (1, True)
    assert server.running() == {server.images.second}


def test_the_monitoring_starts_without_the_password_of_the_mail_server_and_warns(machine: ServerTarget) -> None:
    for fact in ("given_secrets", "stack_secrets"):
        machine.state_fact(fact, "PAGER_API_KEY ALERT_SMTP_PASSWORD")
    done = run_script(machine, "setup", "--skip-dns", "dev")
    assert done.code == 0, done
    assert done.errors.splitlines()[0] == (
        "warning: no alert is sent by mail, because ALERT_SMTP_PASSWORD has no value: set it with "
        f"sh {machine.ops}/secrets set dev ALERT_SMTP_PASSWORD, then run sh {machine.ops}/setup dev again"
    )
    assert f"next: sh {machine.ops}/deploy dev IMAGE" in done.output
    assert run_script(machine, "deploy", "dev", machine.images.first).code == 0
    assert "ALERT" not in (machine.directory / "run/app.env").read_text()
    (machine.directory / "secrets/ALERT_SMTP_PASSWORD").write_text("word")
    assert "mail" not in run_script(machine, "setup", "--skip-dns", "dev").errors


@pytest.mark.slow
@pytest.mark.parametrize(
    "words",
    [
        ("rollback", "dev", "registry.example.com/desk/app:2.0.0"),
        ("deploy", "--skip-migrate", "dev", "registry.example.com/desk/app:2.0.0"),
        ("restore", "--yes", "dev"),
    ],
    ids=" ".join,
)
def test_a_migration_that_a_killed_run_left_is_waited_for(server: ServerTarget, words: tuple[str, ...]) -> None:
    (server.directory / "stack/machine/restore").write_text("echo 'restoring the database'\n")
    process = start_script(server, "migrate", "dev", server.images.endless)
    assert process.stdout is not None
    for line in process.stdout:
        if "migrating" in line:
            break
    server.disturb(3, "killed")
    assert process.wait(timeout=120) == -9
    process.communicate()
    assert server.number_of_running_tasks() == 1
    done = run_script(server, *words)
    assert done.code == 0, done
    assert server.number_of_running_tasks() == 0
    waited = done.output.index("waiting for the migration of an earlier run")
    assert waited < done.output.index("restoring" if words[0] == "restore" else "starting")


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_machine_that_is_not_set_up_is_named(server: ServerTarget, script: str) -> None:
    server.state_fact("directory", "/nowhere")
    done = run_script(server, script, *arguments(server, script))
    assert done.code == 5
    assert "/ops/setup dev first" in done.errors


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ("deploy@203.0.113.10: Permission denied (publickey).", "refuses the login"),
        ("Received disconnect: Too many authentication failures", "refuses the login"),
        (
            "No ED25519 host key is known.\nHost key verification failed.",
            "ssh-keyscan -p 22 203.0.113.10",
        ),
        ("WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!\nHost key verification failed.", "has changed"),
        ("ssh: connect to host 203.0.113.10 port 22: Connection timed out", "cannot connect to deploy@"),
        ("ssh: Could not resolve hostname desk: Name or service not known", "jump_host in [infra.server.env.dev]"),
    ],
)
def test_a_connection_that_fails_is_named_with_what_to_do(server: ServerTarget, message: str, says: str) -> None:
    server.refusal = message
    done = run_script(server, "status", "dev")
    assert done.code == 5
    assert says in done.errors
    assert server.calls <= 1


def test_a_service_that_does_not_exist_has_no_logs(server: ServerTarget) -> None:
    done = run_script(server, "logs", "dev", "nothing")
    assert done.code == 2
    assert "the services are web worker migrate" in done.errors
    assert "web-blue serves" in run_script(server, "logs", "dev").output
    assert "caddy serves" not in run_script(server, "logs", "dev").output
    assert run_script(server, "logs", "dev", "caddy").output.endswith("caddy serves\n")


def test_the_status_names_what_is_not_healthy(server: ServerTarget) -> None:
    server.engine.stop([one.id for one in server.containers() if one.service == "worker"])
    (web,) = (one for one in server.containers() if one.service == "web-blue")
    web.image = server.images.endless
    done = run_script(server, "status", "dev")
    assert done.code == 6
    assert "not healthy: web (blue) worker" in done.errors
    assert "no answer to the health check" in done.output
    assert "web (blue) runs an image other than the recorded one" in done.errors


def test_a_command_gets_the_output_of_several_looks_once(server: ServerTarget) -> None:
    done = run_script(server, "run", "dev", "--", "echo", "one\ntwo")
    assert (done.code, done.output) == (0, "ran echo one\ntwo\n")
    assert server.number_of_running_tasks() == 0
    assert not [one for one in server.containers() if one.command and one.command[0] == "echo"]


def test_a_run_that_lost_its_lock_ends_and_changes_nothing_more(server: ServerTarget) -> None:
    # The lock is taken away while the files are sent.
    holder = f"{server.directory}/state/lock/holder"
    server.stub("tar", f'echo "deploy by somebody" >{holder}; exec {server.folder}/tools/tar "$@"')
    done = run_script(server, "deploy", "dev", server.images.second)
    assert done.code == 4
    assert "another run has taken the lock and continues: deploy by somebody" in done.errors
    assert server.running() == {server.images.first}
    assert server.is_locked()


@pytest.mark.slow
def test_a_step_that_takes_long_keeps_the_lock(server: ServerTarget) -> None:
    go_on = server.directory / "go-on"
    (server.ops.parent / "machine/backup").write_text(f"while ! [ -e {go_on} ]; do sleep 0.2; done\n")
    process = start_script(server, "deploy", "dev", server.images.second, OPS_LOCK_SECONDS="4")
    assert process.stdout is not None
    for line in process.stdout:
        if "dumping" in line:
            break
    done = run_script(server, "rollback", "dev", server.images.second, OPS_LOCK_SECONDS="8", OPS_POLL_SECONDS="1")
    go_on.touch()
    assert (done.code, "somebody" in done.errors) == (4, True), done
    assert process.wait(timeout=60) == 0
    process.communicate()
    assert server.running() == {server.images.second}
