"""Playbooks of a rendered server, applied to a machine of the tests from the other network."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from tests.support.ansible import ansible_environment, ansible_tool
from tests.support.machine import ADDRESSES, Machine

__all__ = ["Controller"]

RECAP = re.compile(r"ok=(\d+) +changed=(\d+) +unreachable=(\d+) +failed=(\d+)")


class Controller:
    """Where Ansible runs.

    Attributes:
        machine: What the inventory names.
        folder: The rendered folder `ansible`.
    """

    def __init__(self, machine: Machine, folder: Path, settings: dict[str, object]) -> None:
        """Write the configuration of SSH, which knows the machine's key.

        Args:
            machine: A machine that runs.
            folder: The rendered folder `ansible`.
            settings: Variables for each playbook.
        """
        self.machine, self.folder, self.home = machine, folder, machine.folder / "home"
        self.home.mkdir()
        self.known = self.home / "known_hosts"
        host_key = (machine.tree / "etc/ssh/ssh_host_ed25519_key.pub").read_text()
        self.trust(host_key)
        self.config = self.home / "ssh_config"
        self.config.write_text(
            f"IdentityFile {machine.key}\nIdentitiesOnly yes\nUserKnownHostsFile {self.known}\n"
            "StrictHostKeyChecking yes\nConnectTimeout 5\nBatchMode yes\n"
        )
        self._settings = self.home / "settings.json"
        self._settings.write_text(json.dumps(settings))

    def trust(self, host_key: str) -> None:
        """Make this the key that the machine is known by."""
        self.known.write_text("".join(f"{address} {host_key}" for address in ADDRESSES))

    def play(self, playbook: str, *arguments: str, check: bool = True) -> tuple[int, str]:
        """Apply a playbook; return how many tasks changed something, and the output.

        Args:
            playbook: Its name.
            arguments: Of `ansible-playbook`.
            check: Whether a failure is one of the test.
        """
        environment = ansible_environment(self.home) | {"ANSIBLE_SSH_EXTRA_ARGS": f"-F {self.config}"}
        command = [ansible_tool("ansible-playbook"), playbook, "--extra-vars", f"@{self._settings}", *arguments]
        done = subprocess.run(
            self.machine.outside(*command),
            cwd=self.folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=400,
        )
        output = done.stdout + done.stderr
        assert not check or done.returncode == 0, output[-6000:]
        assert check or done.returncode != 0, output[-6000:]
        return sum(int(changed) for _, changed, _, _ in RECAP.findall(output)), output

    def ssh(self, user: str, *command: str, options: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        """Run a command on the machine through SSH, from the other network."""
        words = ["ssh", "-F", str(self.config), *options, f"{user}@{ADDRESSES[0]}", *command]
        return subprocess.run(
            self.machine.outside(*words),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
