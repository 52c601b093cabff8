"""Loading a model with the `dazzle` command of another environment."""

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
"""Time limit of `dazzle build-api`, in seconds; a large model takes two or three."""

_TAIL = 20_000
_KEY = "[infra] dazzle"


@dataclass(frozen=True)
class Command:
    """An executable `dazzle` command.

    Attributes:
        path: The executable.
        version: The version of dazzle-dsl that it runs, or None if that cannot be determined without running it.
    """

    path: Path
    version: str | None

    @property
    def identity(self) -> str:
        """Identifies this Dazzle in the cache: its version, or the file's path, size and time."""
        if self.version is not None:
            return self.version
        status = self.path.stat()
        return f"{self.path}:{status.st_size}:{status.st_mtime_ns}"


def find_command(project: Path, configured: str | None, environ: Mapping[str, str]) -> Command:
    """Find the `dazzle` of the project.

    The order is: the command that the manifest names, the project's `.venv`, `$VIRTUAL_ENV`, `PATH`. A `dazzle` that
    this package installed, in an environment without dazzle-dsl, is skipped.

    Raises:
        ManifestError: The command that the manifest names cannot be run.
        PreconditionError: There is no `dazzle` command, or it is too old.
    """
    if configured is not None:
        command: Command | None = _configured(project, configured, environ)
    else:
        found = (_command(path) for path in _candidates(project, environ))
        command = next((usable for usable in found if usable is not None), None)
    if command is None:
        raise PreconditionError(
            "Dazzle not found: cannot read the model",
            hint="install dazzle-dsl into the project's .venv, name its command as `dazzle` under [infra] in"
            " dazzle.toml, or pass an export with --appspec",
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
            f"{configured} belongs to dazzle-infra, and dazzle-dsl is not installed in its environment"
            if ours
            else f"{configured} is not an executable command",
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
        f"Dazzle at {command.path} is too old{version}",
        hint=f"install dazzle-dsl {MINIMUM} or newer there, or pass an export with --appspec",
    )


def load_by_command(project: Path, command: Command) -> AppSpec:
    """Run `dazzle build-api` with a temporary output folder, and read the AppSpec that it wrote.

    Raises:
        PreconditionError: The command cannot be started, or does not know `build-api`.
        AppSpecError: The command takes longer than `TIMEOUT`, or rejects the model; then the message is Dazzle's.
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
                f"{command.path} build-api wrote no appspec.json", hint="run it directly to see the reason"
            ) from None
    return parse_appspec(text, name=name, project=project)


def _run(project: Path, command: Command, arguments: list[str], folder: Path) -> tuple[int, str]:
    """Run the command; return its exit status, and the end of its standard error, or else of its standard output."""
    # These variables refer to this interpreter, and would break another one.
    environment = {k: v for k, v in os.environ.items() if k not in {"PYTHONHOME", "__PYVENV_LAUNCHER__"}}
    environment |= {"NO_COLOR": "1", "PYTHONUTF8": "1"}
    said, errors = folder / "stdout", folder / "stderr"
    with said.open("wb") as stdout, errors.open("wb") as stderr:
        try:
            # A process group of its own, so that its children end with it at the time limit or an interrupt.
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
                hint="run it directly to see where it hangs, or pass an export with --appspec",
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
