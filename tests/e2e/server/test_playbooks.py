"""The playbooks on machines that boot Debian's systemd: refusals, two runs of each, and what the machine is then.

The tests of this module share one machine for each suite, and run in their order.
"""

from __future__ import annotations

import subprocess
import time

import pytest

from tests.e2e.server.conftest import SWAP_MB, Boot
from tests.support.exhaustive import exhaustive_except
from tests.support.machine import ADDRESSES, OUTSIDE, STRANGER
from tests.support.playbooks import Controller

pytestmark = pytest.mark.exhaustive

FIRST = ("--extra-vars", "first_user=root")
OPEN = "nohup busybox httpd -f -h /srv -p '[::]:{port}' >/dev/null 2>&1 &"
"""Starts a server for both protocols."""


@pytest.fixture(scope="module", params=exhaustive_except(["bookworm", "trixie"], {"bookworm"}))
def controller(boot: Boot, request: pytest.FixtureRequest) -> Controller:
    return boot(str(request.param))


def reachable(controller: Controller, port: int) -> list[bool]:
    """Return whether a port answers from outside, with IPv4 and IPv6."""
    return [controller.machine.answers(port, address) for address in ADDRESSES]


def test_a_machine_with_another_host_key_is_not_connected_to(controller: Controller) -> None:
    right, other = controller.known.read_text(), controller.machine.public_key
    controller.trust(f"{other}\n")
    _, output = controller.play("setup-server.yml", *FIRST, check=False)
    refused = controller.ssh("root", "true")
    controller.known.write_text(right)
    assert "unreachable=1" in output
    assert "Host key verification failed" in refused.stderr
    assert controller.machine.inside("id deploy", check=False).startswith("id: ")


def test_a_user_without_a_key_is_refused_before_the_rest_of_the_machine_is_prepared(controller: Controller) -> None:
    _, output = controller.play("setup-server.yml", *FIRST, "--extra-vars", '{"deploy_user_keys": []}', check=False)
    assert "the user deploy has no key; add a public key to deploy_user_keys" in output
    assert controller.machine.inside("ls /etc/sudoers.d/deploy-user", check=False).startswith("ls: ")


def test_another_key_of_the_repository_is_refused_before_its_packages_are_read(controller: Controller) -> None:
    # The tasks before it are those of the next test.
    start = (
        "--extra-vars",
        "ansible_user=root",
        "--start-at-task",
        "Ask which version of Compose the distribution has",
    )
    other = '{"docker_source": "repository", "docker_repository_fingerprint": "0123456789ABCDEF"}'
    _, output = controller.play("setup-server.yml", *start, "--extra-vars", other, check=False)
    assert "and not 0123456789ABCDEF" in " ".join(output.split())
    for file in ("sources.list.d/docker.sources", "keyrings/docker.asc"):
        assert controller.machine.inside(f"ls /etc/apt/{file}", check=False).startswith("ls: ")


def test_the_first_run_connects_as_root_and_the_second_changes_nothing(controller: Controller) -> None:
    changed, _ = controller.play("setup-server.yml", *FIRST)
    assert changed > 15
    changed, output = controller.play("setup-server.yml")
    assert changed == 0, output


def test_the_user_that_deploys_logs_in_with_its_key_and_may_become_root(controller: Controller) -> None:
    assert "(docker)" in controller.ssh("deploy", "id").stdout
    assert controller.ssh("deploy", "sudo", "-n", "id", "-u").stdout == "0\n"
    listed = controller.machine.inside("stat -c '%a %U %G %n' /srv/all-of-it ~deploy/.ssh ~deploy/.ssh/authorized_keys")
    assert [line.split()[:3] for line in listed.splitlines()] == [
        ["750", "deploy", "deploy"],
        ["700", "deploy", "deploy"],
        ["600", "deploy", "deploy"],
    ]


def test_docker_comes_from_the_distribution_only_where_its_compose_is_new_enough(controller: Controller) -> None:
    suite = controller.machine.inside(". /etc/os-release; echo $VERSION_CODENAME").strip()
    installed = controller.machine.inside("dpkg-query -W -f '${Package} ' docker-ce docker.io", check=False)
    assert "docker-ce" in installed if suite == "bookworm" else "docker.io" in installed
    assert controller.ssh("deploy", "docker compose version --short").returncode == 0


def test_the_daemon_runs_with_its_configuration(controller: Controller) -> None:
    asked = "'{{.LiveRestoreEnabled}} {{.LoggingDriver}}'"
    assert controller.ssh("deploy", f"docker info --format {asked}").stdout == "true json-file\n"


def test_the_swap_file_has_its_size_and_belongs_to_root(controller: Controller) -> None:
    # The swap of this machine is not changed: in a container the file is made and not used.
    assert controller.machine.inside("stat -c '%a %U %s' /swapfile").split() == ["600", "root", str(SWAP_MB << 20)]
    assert "/swapfile none swap sw 0 0" in controller.machine.inside("cat /etc/fstab")
    assert controller.machine.inside("dd if=/swapfile bs=1 skip=4086 count=10 2>/dev/null") == "SWAPSPACE2"


def test_limits_and_settings_are_in_force(controller: Controller) -> None:
    inside = controller.machine.inside
    assert "SystemMaxUse=1G" in inside("systemd-analyze cat-config systemd/journald.conf")
    # Of the settings of the kernel, a container has those of its network.
    assert inside("sysctl -n net.ipv4.conf.all.accept_redirects net.core.somaxconn").split() == ["0", "4096"]
    assert inside("readlink /etc/localtime").strip() == "/usr/share/zoneinfo/Etc/UTC"


def test_ssh_is_not_changed_while_the_user_has_no_key(controller: Controller) -> None:
    controller.machine.inside("mv ~deploy/.ssh/authorized_keys /root/kept")
    try:
        as_root = ("--extra-vars", "ansible_user=root", "--start-at-task", "Look up the user")
        _, output = controller.play("harden-server.yml", *as_root, check=False)
    finally:
        controller.machine.inside("mv /root/kept ~deploy/.ssh/authorized_keys")
    assert "SSH is not changed: the user deploy has no key" in output
    assert controller.machine.inside("ls /etc/ssh/sshd_config.d") == ""
    assert controller.ssh("root", "true").returncode == 0


def test_before_the_firewall_every_port_answers_and_so_does_one_that_docker_publishes(controller: Controller) -> None:
    inside = controller.machine.inside
    inside("apt-get install -y -q busybox-static; " + OPEN.format(port=8080))
    inside("tar -C / -c bin/busybox | docker import - probe")
    for name, port in (("database", 5432), ("web", 443)):
        inside(f"docker run -d --name {name} -p {port}:{port} probe /bin/busybox httpd -f -p {port}")
    wait_until(lambda: reachable(controller, 8080) == [True, True])
    wait_until(lambda: controller.machine.answers(5432) and controller.machine.answers(443))


def test_containers_get_no_new_privileges_and_need_no_proxy_for_their_ports(controller: Controller) -> None:
    asked = "docker exec database /bin/busybox grep NoNewPrivs /proc/self/status"
    assert controller.machine.inside(asked).split() == ["NoNewPrivs:", "1"]
    assert controller.machine.inside("pgrep -a docker-proxy", check=False) == ""


def test_hardening_a_second_time_changes_nothing(controller: Controller) -> None:
    changed, _ = controller.play("harden-server.yml")
    assert changed > 10
    changed, output = controller.play("harden-server.yml")
    assert changed == 0, output


def test_the_machine_is_still_reached_with_the_key_and_by_no_other_way(controller: Controller) -> None:
    assert controller.ssh("deploy", "true").returncode == 0
    as_root = controller.ssh("root", "true")
    assert as_root.returncode == 255
    assert "Permission denied (publickey)" in as_root.stderr
    options = ("-o", "PubkeyAuthentication=no", "-o", "PreferredAuthentications=password,keyboard-interactive")
    assert "Permission denied (publickey)" in controller.ssh("deploy", "true", options=options).stderr


def test_sshd_has_the_configuration(controller: Controller) -> None:
    configured = set(controller.machine.inside("sshd -T").splitlines())
    assert {
        "allowagentforwarding no",
        "allowtcpforwarding local",
        "authenticationmethods publickey",
        "kbdinteractiveauthentication no",
        "maxauthtries 3",
        "passwordauthentication no",
        "permitrootlogin no",
        "x11forwarding no",
    } <= configured


def test_from_outside_only_the_open_ports_answer(controller: Controller) -> None:
    assert reachable(controller, 8080) == [False, False]
    assert reachable(controller, 22) == [True, True]
    # The server is there: from the machine itself it answers.
    assert "404" in controller.machine.inside("busybox wget -O - http://127.0.0.1:8080/none 2>&1", check=False)


def test_a_port_that_docker_publishes_answers_only_where_it_is_open(controller: Controller) -> None:
    assert controller.machine.answers(443)
    assert not controller.machine.answers(5432)
    controller.machine.inside("systemctl stop server-firewall")
    assert controller.machine.answers(5432)
    controller.machine.inside("systemctl start server-firewall")
    assert not controller.machine.answers(5432)


def test_the_firewall_and_the_containers_outlive_a_restart_of_docker(controller: Controller) -> None:
    running = controller.machine.inside("docker inspect --format '{{.State.StartedAt}}' database web")
    controller.machine.inside("systemctl restart docker")
    assert controller.machine.inside("docker inspect --format '{{.State.StartedAt}}' database web") == running
    assert controller.machine.answers(443)
    assert not controller.machine.answers(5432)
    assert reachable(controller, 8080) == [False, False]


def test_a_container_reaches_other_systems_and_no_port_of_the_machine(controller: Controller) -> None:
    script = (
        "import socket; s = socket.create_server(('', 8081)); c = s.accept()[0]; c.sendall(b'from outside'); c.close()"
    )
    with subprocess.Popen(controller.machine.outside("python3", "-c", script)) as server:
        answer = f"docker exec web /bin/busybox timeout 3 /bin/busybox nc {OUTSIDE[0]} 8081 2>&1"
        wait_until(lambda: "from outside" in controller.machine.inside(answer, check=False))
        server.wait(10)
    assert "404" in controller.machine.inside(f"busybox wget -O - http://{ADDRESSES[0]}:8080/none 2>&1", check=False)
    ask = f"docker exec web /bin/busybox wget -T 3 -O - http://{ADDRESSES[0]}:8080/none 2>&1"
    assert "404" not in controller.machine.inside(ask, check=False)


def test_security_updates_are_installed_and_nothing_restarts_the_machine(controller: Controller) -> None:
    settings = controller.machine.inside("apt-config dump Unattended-Upgrade")
    patterns = [line for line in settings.splitlines() if "Origins-Pattern::" in line or "Allowed-Origins::" in line]
    assert len(patterns) == 4
    assert all("-security" in line for line in patterns)
    assert 'Unattended-Upgrade::Automatic-Reboot "false";' in settings
    assert "apt-daily-upgrade.timer" in controller.machine.inside("systemctl list-timers --no-pager")


def test_fail2ban_bans_who_guesses(controller: Controller) -> None:
    assert controller.machine.answers(22, source=STRANGER)
    for guess in range(5):
        controller.ssh(f"guess{guess}", "true", options=("-b", STRANGER, "-o", "PreferredAuthentications=password"))
    wait_until(lambda: STRANGER in controller.machine.inside("fail2ban-client status sshd"))
    assert not controller.machine.answers(22, source=STRANGER)
    assert controller.machine.answers(22, source=OUTSIDE[0])


def test_rules_that_allow_no_connection_are_taken_back(controller: Controller) -> None:
    start = ("--start-at-task", "Look for another firewall")
    soon = '{"firewall_ssh_sources": ["198.51.100.1"], "firewall_connect_seconds": 2, "firewall_way_back_seconds": 8}'
    _, output = controller.play("harden-server.yml", *start, "--extra-vars", soon, check=False)
    assert "Timeout waiting for connection" in output or "timed out waiting" in output
    wait_until(lambda: controller.machine.answers(22))
    changed, _ = controller.play("harden-server.yml", *start)
    assert changed > 0
    assert controller.machine.answers(22)
    assert not controller.machine.answers(8080)


def test_the_metrics_of_the_machine_are_written(controller: Controller) -> None:
    controller.play("install-monitoring.yml")
    changed, output = controller.play("install-monitoring.yml")
    assert changed == 0, output
    written = controller.machine.inside("cat /srv/all-of-it/state/machine.prom").splitlines()
    assert {
        "machine_restart_required 0",
        "machine_security_updates_pending 0",
        'machine_unit_active{unit="fail2ban"} 1',
        'machine_unit_active{unit="server-firewall"} 1',
        'machine_unit_active{unit="ssh"} 1',
    } <= set(written)
    assert written[-1].startswith("machine_units_failed ")


def test_after_a_restart_the_machine_is_the_same(controller: Controller) -> None:
    controller.machine.restart()
    assert controller.ssh("deploy", "true").returncode == 0
    controller.machine.inside(OPEN.format(port=8080))
    active = controller.machine.inside("systemctl is-active docker server-firewall fail2ban ssh unattended-upgrades")
    assert active.split() == ["active"] * 5
    assert reachable(controller, 8080) == [False, False]
    controller.machine.inside("docker start database web")
    assert controller.machine.answers(443)
    assert not controller.machine.answers(5432)
    failed = controller.machine.inside("systemctl list-units --failed --plain --no-legend")
    # A container loads no modules of the kernel.
    assert {line.split()[0] for line in failed.splitlines()} <= {"systemd-modules-load.service"}


def wait_until(condition: object, seconds: float = 30) -> None:
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.3)
