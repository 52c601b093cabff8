"""The playbook for jump hosts, on a machine that boots Debian's systemd."""

from __future__ import annotations

import subprocess

import pytest

from tests.e2e.server.conftest import Boot
from tests.support.machine import OUTSIDE
from tests.support.playbooks import Controller

pytestmark = pytest.mark.exhaustive


@pytest.fixture(scope="module")
def bastion(boot: Boot) -> Controller:
    return boot("bookworm", bastion=True)


def test_a_jump_host_is_prepared_and_hardened_in_one_run(bastion: Controller) -> None:
    changed, _ = bastion.play("setup-bastion.yml", "--extra-vars", "first_user=root")
    assert changed > 15


def test_the_jump_host_lets_its_user_in_and_root_out(bastion: Controller) -> None:
    assert "docker" not in bastion.ssh("jump", "id").stdout
    assert "Permission denied (publickey)" in bastion.ssh("root", "true").stderr
    assert bastion.machine.answers(22)
    assert not bastion.machine.answers(443)


def test_connections_are_forwarded_to_the_machines_of_the_inventory_alone(bastion: Controller) -> None:
    # What answers there stands for the SSH of the machine behind the jump host.
    answer = (
        "import socket; s = socket.create_server(('', 22)); c = s.accept()[0]; c.sendall(b'SSH-2.0-behind'); c.close()"
    )
    server = subprocess.Popen(bastion.machine.outside("python3", "-c", answer))
    try:
        forwarded = bastion.ssh("jump", options=("-W", f"{OUTSIDE[0]}:22"))
        refused = bastion.ssh("jump", options=("-W", f"{OUTSIDE[0]}:23"))
    finally:
        server.kill()
        server.wait()
    assert forwarded.stdout == "SSH-2.0-behind"
    assert "administratively prohibited" in refused.stderr
