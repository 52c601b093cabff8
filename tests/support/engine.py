"""A Docker engine of the tests' own: its data, socket and pid file lie in one folder, and go with it."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from tests.support.compose import compose_command

__all__ = ["Engine"]

START, STOP, BUILD = 180, 60, 1200
"""How many seconds each may take; a build fetches packages."""


class Engine:
    """One private engine.

    Attributes:
        folder: Where all of it lies.
    """

    def __init__(self, folder: Path) -> None:
        """Name the folder: a short one, for the path of a socket has at most 107 bytes."""
        self.folder = folder
        self._daemon: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        """What a client of this engine sees: no variable of the shell that Compose would take up."""
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        return kept | {
            "HOME": str(self.folder),
            "DOCKER_CONFIG": str(self.folder / "client"),
            "DOCKER_HOST": f"unix://{self.folder}/engine.sock",
        }

    def start(self) -> None:
        """Start the daemon and wait until it answers."""
        self.folder.mkdir(parents=True, exist_ok=True)
        options = {"data-root": "data", "exec-root": "exec", "pidfile": "pid"}
        command = ["dockerd", *(f"--{name}={self.folder / value}" for name, value in options.items())]
        with (self.folder / "log").open("wb") as log:
            self._daemon = subprocess.Popen(
                [*command, f"--host={self.environment['DOCKER_HOST']}"],
                stdout=log,
                stderr=log,
                stdin=subprocess.DEVNULL,
                start_new_session=True,
            )
        deadline = time.monotonic() + START
        while self.ask("info", check=False).returncode:
            if self._daemon.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "log").read_text()[-2000:])
            time.sleep(0.2)

    def stop(self) -> None:
        """Remove every container and network, stop the daemon, and remove its folder; fail where anything is left."""
        if self._daemon is not None:
            containers = self.ask("ps", "--all", "--quiet", check=False).stdout.split()
            self.ask("rm", "--force", *containers, check=False)
            self.ask("network", "prune", "--force", check=False)
            self._daemon.terminate()
            try:
                self._daemon.wait(STOP)
            except subprocess.TimeoutExpired:
                self._daemon.kill()
                self._daemon.wait()
        for mount in self._mounts():
            subprocess.run(["umount", "--lazy", mount], capture_output=True, check=False)
        # Images are a hundred thousand files, which take shutil.rmtree a minute.
        done = subprocess.run(
            ["rm", "-rf", "--one-file-system", self.folder], stderr=subprocess.PIPE, text=True, check=False
        )
        deadline = time.monotonic() + STOP
        while left := [*self._mounts(), *_processes(str(self.folder))]:
            if time.monotonic() > deadline:
                raise RuntimeError(f"the engine left behind {left}")
            time.sleep(0.2)
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])

    def restart(self) -> None:
        """Stop the daemon and start it again, as a reboot does."""
        assert self._daemon is not None
        self._daemon.terminate()
        self._daemon.wait(STOP)
        self.start()

    def _mounts(self) -> list[str]:
        """Return what is mounted below the folder, the deepest first."""
        mounts = [line.split()[1] for line in Path("/proc/mounts").read_text().splitlines()]
        return sorted((mount for mount in mounts if Path(mount).is_relative_to(self.folder)), reverse=True)

    def ask(
        self, *arguments: str, check: bool = True, environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run `docker`; where it fails and that is not expected, fail with what it said."""
        return self.run(["docker", *arguments], check=check, environment=environment)

    def docker(self, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
        """Run `docker` and return what it prints."""
        return self.ask(*arguments, environment=environment).stdout

    def run(
        self,
        command: list[str],
        *,
        cwd: Path | None = None,
        check: bool = True,
        given: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run a client of this engine.

        Args:
            command: The program and its arguments.
            cwd: Where it runs.
            check: Whether a failure is one of the test.
            given: What it reads.
            environment: More variables.
        """
        done = subprocess.run(
            command,
            cwd=cwd,
            env={**self.environment, **(environment or {})},
            input=given,
            stdin=None if given is not None else subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=BUILD,
        )
        if check and done.returncode:
            raise AssertionError(
                f"{' '.join(command)} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-6000:]}"
            )
        return done

    def compose(
        self,
        project: Path,
        *arguments: str,
        check: bool = True,
        given: str | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        """Run the documented `docker compose --project-directory infra/docker` in a project."""
        command = [*compose_command(), "--project-directory", "infra/docker", *arguments]
        return self.run(command, cwd=project, check=check, given=given, environment=environment)


def _processes(text: str) -> list[str]:
    """Return the command lines that name it."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = file.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # It has ended meanwhile.
            continue
        if text in command:
            found.append(command)
    return found
