"""A machine of the server template: the directories below /srv/APP, and runs of the scripts in `machine`."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import NamedTuple

from tests.support.server_template import SHAPES, rendered

__all__ = ["SHELLS", "Machine", "Ran", "machine_of", "program"]

SHELLS = ("dash", "busybox sh")


class Ran(NamedTuple):
    """What a script did.

    Attributes:
        code: Its exit code.
        output: Its standard output.
        errors: Its standard error.
    """

    code: int
    output: str
    errors: str


class Machine(NamedTuple):
    """The directory of an application on its machine.

    Attributes:
        path: The directory.
        environment: The environment.
        variables: Variables of the scripts.
        shell: The shell that runs them.
    """

    path: Path
    environment: str
    variables: dict[str, str]
    shell: str

    def run(self, script: str, *arguments: str, given: str | bytes = "", **variables: str) -> Ran:
        """Run a script of `machine`."""
        started = self.start(script, *arguments, **variables)
        data = given.encode() if isinstance(given, str) else given
        output, errors = started.communicate(data, timeout=120)
        return Ran(started.returncode, output.decode(errors="replace"), errors.decode(errors="replace"))

    def start(self, script: str, *arguments: str, **variables: str) -> subprocess.Popen[bytes]:
        """Start a script of `machine` in a group of its own."""
        return subprocess.Popen(
            [*self.shell.split(), str(self.path / "stack/machine" / script), *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**self.variables, **variables},
            umask=0,
            start_new_session=True,
        )

    def secret(self, name: str) -> str:
        """Return the content of a secret's file."""
        return (self.path / "secrets" / name).read_text()

    def settings(self) -> Path:
        """Return the file with the settings of the application."""
        return self.path / f"stack/environments/{self.environment}.app.env"

    def app_env(self) -> dict[str, str]:
        """Return the variables of the application."""
        lines = (self.path / "run/app.env").read_text().splitlines()
        return dict(line.split("=", 1) for line in lines)

    def fact(self, name: str, value: str) -> None:
        """Replace a fact of the environment."""
        file = self.path / f"stack/environments/{self.environment}.sh"
        file.write_text(f"{file.read_text()}\n{name}='{value}'\n")


def machine_of(
    shape: str, folder: Path, temporary: Path, *, environment: str = "production", shell: str = "sh"
) -> Machine:
    """Make the directory as setup leaves it.

    Args:
        shape: A key of `SHAPES`.
        folder: An empty folder.
        temporary: A folder of the session.
        environment: The environment.
        shell: The shell that runs the scripts.
    """
    assert shape in SHAPES
    path = folder / "srv"
    shutil.copytree(rendered(shape, temporary), path / "stack")
    for name in ("run", "secrets", "state", "backup", "state/live"):
        (path / name).mkdir(mode=0o700)
    (path / "state/environment").write_text(f"{environment}\n")
    (path / "state/images.env").write_text("APP_IMAGE=r.io/a:1\nBLUE_IMAGE=r.io/a:1\nGREEN_IMAGE=r.io/a:2\n")
    (folder / "bin").mkdir()
    (folder / "home").mkdir()
    variables = {"PATH": f"{folder / 'bin'}:{os.environ['PATH']}", "HOME": str(folder / "home"), "LC_ALL": "C.UTF-8"}
    return Machine(path, environment, variables, shell)


def program(machine: Machine, name: str, text: str) -> Path:
    """Put a program into the PATH of the machine."""
    file = machine.path.parent / "bin" / name
    file.write_text(text)
    file.chmod(0o755)
    return file
