"""Reading a model with the `dazzle` command of another environment."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from dazzle_infra.appspec.distribution import MINIMUM, is_ours, is_too_old, version_beside
from dazzle_infra.appspec.json_file import parse_appspec, read_file
from dazzle_infra.appspec.messages import model_error
from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.appspec.sources import Locator, named_path
from dazzle_infra.errors import AppSpecError, ManifestError, PreconditionError, Where

__all__ = ["TIMEOUT", "Command", "find_command", "load_by_command"]

TIMEOUT = 120.0
"""Seconds that `dazzle build-api` may take; a large model takes two or three."""

_TAIL = 20_000
_KEY = "[infra] dazzle"


@dataclass(frozen=True)
class Command:
    """A `dazzle` that can be run.

    Attributes:
        path: The executable.
        version: The version of dazzle-dsl that it runs, or None where that cannot be seen from outside.
    """

    path: Path
    version: str | None

    @property
    def identity(self) -> str:
        """What tells this DAZZLE from another: its version, or else the file itself."""
        if self.version is not None:
            return self.version
        status = self.path.stat()
        return f"{self.path}:{status.st_size}:{status.st_mtime_ns}"


def find_command(project: Path, configured: str | None, environ: Mapping[str, str]) -> Command:
    """Find the `dazzle` of the project.

    In this order: what the manifest names, the project's `.venv`, `$VIRTUAL_ENV`, `PATH`. A `dazzle` that this
    package installed, in an environment without dazzle-dsl, is passed over.

    Raises:
        ManifestError: What the manifest names cannot be run.
        PreconditionError: There is none, or it is too old.
    """
    if configured is not None:
        command: Command | None = _configured(project, configured, environ)
    else:
        found = (_command(path) for path in _candidates(project, environ))
        command = next((usable for usable in found if usable is not None), None)
    if command is None:
        raise PreconditionError(
            "there is no DAZZLE that could read the model",
            hint="install dazzle-dsl into the project's .venv, name its command as `dazzle` under [infra] in"
            " dazzle.toml, or give an export with --appspec",
        )
    if command.version is not None and is_too_old(command.version):
        raise _too_old(command)
    return command


def _configured(project: Path, configured: str, environ: Mapping[str, str]) -> Command:
    path: Path | None = named_path(project, configured)
    if "/" not in configured:
        named = shutil.which(configured, path=environ.get("PATH"))
        path = Path(named) if named else None
    command = _command(path) if path is not None else None
    if command is None:
        ours = path is not None and is_ours(path)
        raise ManifestError(
            f"{configured} is the `dazzle` of dazzle-infra, without dazzle-dsl beside it"
            if ours
            else f"{configured} is no command that can be run",
            where=Where("dazzle.toml", key=_KEY),
            hint="name the `dazzle` of the environment in which dazzle-dsl is installed, such as .venv/bin/dazzle",
        )
    return command


def _candidates(project: Path, environ: Mapping[str, str]) -> Iterator[Path]:
    yield project / ".venv" / "bin" / "dazzle"
    if environ.get("VIRTUAL_ENV"):
        yield Path(environ["VIRTUAL_ENV"]) / "bin" / "dazzle"
    for folder in environ.get("PATH", "").split(os.pathsep):
        if folder:
            yield Path(folder) / "dazzle"


def _command(path: Path) -> Command | None:
    if not path.is_file() or not os.access(path, os.X_OK):
        return None
    path = path.absolute()
    version = version_beside(path)
    return None if version is None and is_ours(path) else Command(path, version)


def _too_old(command: Command) -> PreconditionError:
    version = f" ({command.version})" if command.version else ""
    return PreconditionError(
        f"the DAZZLE of {command.path} is too old{version}",
        hint=f"dazzle-dsl {MINIMUM} or newer is needed there; or give an export with --appspec",
    )


def load_by_command(project: Path, command: Command) -> AppSpec:
    """Run `dazzle build-api` into a temporary folder and read what it wrote.

    Raises:
        PreconditionError: The command cannot be started, or does not know `build-api`.
        AppSpecError: It takes too long, or refuses the model; with its own message.
    """
    name = f"the AppSpec of {command.path}"
    with TemporaryDirectory(prefix="dazzle-infra-") as folder:
        out = Path(folder) / "out"
        status, said = _run(project, command, ["build-api", "-m", "dazzle.toml", "-o", str(out)], Path(folder))
        if status == 2 and "No such command" in said:
            raise _too_old(command)
        if status != 0:
            raise model_error(said, locate=Locator(project))
        try:
            text = read_file(out / "appspec.json", name)
        except OSError:
            raise AppSpecError(
                f"{command.path} build-api wrote no appspec.json", hint="run it yourself to see what it does"
            ) from None
    return parse_appspec(text, name=name, project=project)


def _run(project: Path, command: Command, arguments: list[str], folder: Path) -> tuple[int, str]:
    """Return the exit status, and the end of what the command said: errors, or else its output."""
    # A variable that points at our own interpreter would lead another one astray.
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONHOME", "__PYVENV_LAUNCHER__"}}
    environment |= {"NO_COLOR": "1", "PYTHONUTF8": "1"}
    said, errors = folder / "stdout", folder / "stderr"
    with said.open("wb") as stdout, errors.open("wb") as stderr:
        try:
            # A process group of its own, so that nothing it started outlives the time limit or an interrupt.
            process = subprocess.Popen(
                [str(command.path), *arguments],
                cwd=project,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                start_new_session=True,
            )
        except OSError as error:
            raise PreconditionError(
                f"{command.path} cannot be started: {error.strerror}", hint="reinstall dazzle-dsl in that environment"
            ) from None
        try:
            status = process.wait(TIMEOUT)
        except subprocess.TimeoutExpired:
            raise AppSpecError(
                f"{command.path} build-api was stopped after {TIMEOUT:g} seconds",
                hint="run it yourself to see what it waits for, or give an export with --appspec",
            ) from None
        finally:
            if process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()
    return status, _tail(errors) or _tail(said)


def _tail(file: Path) -> str:
    with file.open("rb") as stream:
        stream.seek(max(0, file.stat().st_size - _TAIL))
        return stream.read().decode("utf-8", "replace").strip()
