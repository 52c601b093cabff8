"""A machine of the server template for tests: this one, reached through a real SSH server, with a private engine."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.support.compose import compose_command
from tests.support.engine import Engine
from tests.support.servers import free_port, running

__all__ = ["Machine", "machine", "run_ops"]

_SERVER = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
PidFile {folder}/pid
AuthorizedKeysFile {folder}/key.pub
PasswordAuthentication no
PermitRootLogin prohibit-password
UsePAM no
StrictModes no
"""
_CLIENT = """
Host *
    IdentityFile {folder}/key
    IdentitiesOnly yes
    UserKnownHostsFile {folder}/known_hosts
    GlobalKnownHostsFile /dev/null
"""


class Machine:
    """A running SSH server that leads to the private engine.

    Attributes:
        folder: Its files: keys, the programs of the client, and the directory of the application.
        port: Its port.
        variables: Variables of the scripts that connect to it.
    """

    def __init__(self, folder: Path, engine: Engine) -> None:
        self.folder = folder
        self.engine = engine
        self.port = free_port()
        self.directory = folder / "srv"
        self.tools = folder / "tools"
        self.variables: dict[str, str] = {}

    def trust(self) -> None:
        """Record the key of the machine, as a person does at the first connection."""
        words = (self.folder / "host_key.pub").read_text().split()[:2]
        (self.folder / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {' '.join(words)}\n")


@contextmanager
def machine(folder: Path, engine: Engine) -> Iterator[Machine]:
    """Start the SSH server; its sessions see the private engine alone."""
    one = Machine(folder, engine)
    folder.mkdir(parents=True, exist_ok=True)
    one.directory.mkdir()
    for name in ("host_key", "key"):
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    _plug_in(engine)
    variables = {**engine.environment, "PATH": os.environ["PATH"]}
    stated = "SetEnv " + " ".join(f'"{name}={value}"' for name, value in variables.items()) + "\n"
    (folder / "sshd_config").write_text(_SERVER.format(port=one.port, folder=folder) + stated)
    (folder / "ssh_config").write_text(_CLIENT.format(folder=folder))
    one.tools.mkdir()
    # The client reads the settings of the account, wherever HOME is; the option leads to those of the test.
    (one.tools / "ssh").write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {folder}/ssh_config "$@"\n')
    (one.tools / "ssh").chmod(0o755)
    one.trust()
    one.variables = {**variables, "PATH": f"{one.tools}:{os.environ['PATH']}", "OPS_POLL_SECONDS": "1"}
    Path("/run/sshd").mkdir(exist_ok=True)
    command = [shutil.which("sshd") or "/usr/sbin/sshd", "-D", "-e", "-f", str(folder / "sshd_config")]
    with running(command, one.port, folder, os.environ):
        yield one


def _plug_in(engine: Engine) -> None:
    """Make `docker compose` call the Compose of the tests."""
    [program, *_] = compose_command()
    target = Path(engine.environment["DOCKER_CONFIG"]) / "cli-plugins" / "docker-compose"
    if program != "docker" and not target.exists():
        target.parent.mkdir(parents=True, exist_ok=True)
        target.symlink_to(program)


def run_ops(
    root: Path,
    one: Machine,
    script: str,
    *arguments: str,
    check: bool = True,
    given: str | None = None,
    variables: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a script of `ops` as a person does.

    Args:
        root: The rendered tree.
        one: The machine.
        script: The name of the script.
        arguments: Its arguments.
        check: Whether a failure is one of the test.
        given: What it reads.
        variables: More variables.
    """
    done = subprocess.run(
        ["sh", str(root / "ops" / script), *arguments],
        env={**one.variables, **(variables or {})},
        input=given,
        stdin=None if given is not None else subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    if check:
        assert done.returncode == 0, f"{script}: {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done
