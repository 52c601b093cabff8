"""The scripts of the server template: what the contract of deploy targets does not mention."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.deploy_target import SCRIPTS, arguments, run_script
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
    assert (done.code, "sh ops/migrate dev IMAGE" in done.errors) == (5, True)
    assert run_script(machine, "rollback", "dev").code == 5
    assert run_script(machine, "status", "dev").code == 6
    assert run_script(machine, "migrate", "dev", machine.images.first).code == 0
    assert run_script(machine, "run", "dev", "--", "true").code == 0
    assert services(machine) == set()
    assert run_script(machine, "rollback", "dev").code == 5


def test_the_first_version_that_fails_leaves_nothing(machine: ServerTarget) -> None:
    done = run_script(machine, "deploy", "dev", machine.images.unhealthy)
    assert done.code == 1
    assert "No version runs, as before." in done.errors
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


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        ("", 2, "there is no image registry.example.com/desk/app:9.9.9 in the registry"),
        ("pull access denied for desk/app, repository does not exist or may require 'docker login'", 5, "docker login"),
        (
            "no matching manifest for linux/amd64 in the manifest list entries",
            2,
            "build it with --platform linux/amd64",
        ),
        ("Get https://registry.example.com/v2/: dial tcp: lookup registry.example.com: no such host", 5, "cannot pull"),
        ("write /var/lib/docker/tmp/x: no space left on device", 5, "no space left"),
    ],
)
def test_an_image_that_cannot_be_pulled_is_named(server: ServerTarget, error: str, code: int, says: str) -> None:
    server.engine.pull_error = f"Error response from daemon: {error}" if error else ""
    done = run_script(server, "deploy", "dev", "registry.example.com/desk/app:9.9.9")
    assert done.code == code, done
    assert says in done.errors
    assert server.running() == {server.images.first}
    assert server.is_tidy()
    assert not server.is_locked()


def test_the_login_to_a_registry_is_named_as_a_command_for_the_machine(server: ServerTarget) -> None:
    server.state_fact("jump_host", "bastion")
    server.engine.pull_error = "Error response from daemon: unauthorized: authentication required"
    done = run_script(server, "deploy", "dev", server.images.second)
    assert done.code == 5
    assert "ssh -t -p 22 -J bastion deploy@203.0.113.10 docker login registry.example.com" in done.errors


@pytest.mark.parametrize("script", ["deploy", "rollback"])
def test_an_image_for_another_processor_is_refused(server: ServerTarget, script: str) -> None:
    server.engine.registry[server.images.second] = "arm64"
    done = run_script(server, script, "dev", server.images.second)
    assert done.code == 2
    assert "is for linux/arm64, but deploy@203.0.113.10 has linux/amd64" in done.errors
    assert server.is_tidy()


def test_a_rollback_uses_the_image_of_the_machine_if_the_registry_does_not_give_it(server: ServerTarget) -> None:
    assert run_script(server, "deploy", "dev", server.images.second).code == 0
    server.engine.pull_error = "Error response from daemon: manifest unknown"
    done = run_script(server, "rollback", "dev")
    assert (done.code, server.running()) == (0, {server.images.first}), done
    assert "the image that the machine has is used" in done.errors


def test_an_image_without_a_registry_is_sent_from_this_machine(server: ServerTarget) -> None:
    image = "localhost/desk:1"
    done = run_script(server, "deploy", "dev", image)
    assert (done.code, "docker is not installed" in done.errors) == (5, True)
    (server.folder / "person/bin/docker").symlink_to(server.folder / "person/local-docker")
    done = run_script(server, "deploy", "dev", image)
    assert (done.code, "there is no image localhost/desk:1 in the engine of this machine" in done.errors) == (2, True)
    server.local.images[image] = "arm64"
    done = run_script(server, "deploy", "dev", image)
    assert (done.code, "is for linux/arm64" in done.errors) == (2, True)
    server.local.images[image] = "amd64"
    assert "sending localhost/desk:1" in run_script(server, "deploy", "dev", image).output
    assert server.running() == {server.recorded()} == {image}
    assert "sending localhost" not in run_script(server, "deploy", "dev", image).output


def test_a_lost_connection_while_an_image_is_sent_is_no_failure(server: ServerTarget) -> None:
    (server.folder / "person/bin/docker").symlink_to(server.folder / "person/local-docker")
    server.local.images["localhost/desk:1"] = "amd64"
    # Login, lock, services, images, and the fifth call sends.
    server.disturb(4, "lost answer")
    assert run_script(server, "deploy", "dev", "localhost/desk:1").code == 0
    assert [words for words in server.local.commands if words[0] == "save"] == [["save", "localhost/desk:1"]] * 2


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


def test_images_that_were_recorded_long_before_are_removed(server: ServerTarget) -> None:
    images = [f"registry.example.com/desk/app:{number}" for number in range(5)]
    record = server.directory / "state/record"
    record.write_text("".join(f"{one}\n" for one in [*images, server.images.first]))
    server.engine.images |= dict.fromkeys(images, "amd64")
    assert run_script(server, "deploy", "dev", server.images.second).code == 0
    assert set(server.engine.images) == {*images[2:], server.images.first, server.images.second}


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_machine_that_is_not_set_up_is_named(server: ServerTarget, script: str) -> None:
    server.state_fact("directory", "/nowhere")
    done = run_script(server, script, *arguments(server, script))
    assert done.code == 5
    assert "run sh ops/setup dev first" in done.errors


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
        ("ssh: connect to host 203.0.113.10 port 22: Connection timed out", "there is no connection"),
        ("ssh: Could not resolve hostname desk: Name or service not known", "Check host, port and jump_host"),
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
    assert "web (blue) runs another image than the recorded one" in done.errors


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
    assert "another run has taken the lock and goes on: deploy by somebody" in done.errors
    assert server.running() == {server.images.first}
    assert server.is_locked()
