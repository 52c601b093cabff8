"""How an image gets to the machine of the server template."""

from __future__ import annotations

import pytest

from tests.support.deploy_target import run_script
from tests.support.deploy_targets import server
from tests.support.server.target import ServerTarget

__all__ = ["server"]


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
    assert "so the copy on the machine is used" in done.errors


def test_an_image_without_a_registry_is_sent_from_this_machine(server: ServerTarget) -> None:
    image = "localhost/desk:1"
    done = run_script(server, "deploy", "dev", image)
    assert (done.code, "docker is not installed" in done.errors) == (5, True)
    (server.folder / "person/bin/docker").symlink_to(server.folder / "person/local-docker")
    done = run_script(server, "deploy", "dev", image)
    assert (done.code, "there is no image localhost/desk:1 on this machine" in done.errors) == (2, True)
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


def test_images_that_were_recorded_long_before_are_removed(server: ServerTarget) -> None:
    images = [f"registry.example.com/desk/app:{number}" for number in range(5)]
    record = server.directory / "state/record"
    record.write_text("".join(f"{one}\n" for one in [*images, server.images.first]))
    server.engine.images |= dict.fromkeys(images, "amd64")
    assert run_script(server, "deploy", "dev", server.images.second).code == 0
    assert set(server.engine.images) == {*images[2:], server.images.first, server.images.second}
