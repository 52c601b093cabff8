"""The choice of a loader, and loading a model with it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Literal

from dazzle_infra.appspec.cache import fingerprint, recall, remember
from dazzle_infra.appspec.command import find_command, load_by_command
from dazzle_infra.appspec.distribution import in_process_version
from dazzle_infra.appspec.in_process import load_in_process
from dazzle_infra.appspec.json_file import parse_appspec, read_file, read_stdin
from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.appspec.sources import named_path
from dazzle_infra.errors import AppSpecError, ManifestError, PreconditionError, UsageError, Where

__all__ = ["AppSpecSource", "LoadedAppSpec", "Origin", "load_appspec"]

Origin = Literal["command", "file", "in_process", "stdin"]


@dataclass(frozen=True)
class AppSpecSource:
    """The user's choice of the model's source.

    Attributes:
        file: `--appspec`: a JSON export, plain or gzipped, relative to the working directory; `-` for standard
            input.
        configured: `[infra] appspec`: the path of such an export, relative to the project.
        dazzle: `[infra] dazzle`: the `dazzle` command, relative to the project, or a name on PATH.
        module_paths: `[modules] paths`: folders with DSL files.
        where: Returns the location of a key of dazzle.toml: `Manifest.where`.
        use_cache: Whether the model may be taken from the cache.
    """

    file: str | None = None
    configured: str | None = None
    dazzle: str | None = None
    module_paths: tuple[str, ...] = ("./dsl",)
    where: Callable[..., Where] | None = None
    use_cache: bool = True


@dataclass(frozen=True)
class LoadedAppSpec:
    """A model, and how it was loaded.

    Attributes:
        appspec: The model.
        origin: The loader: a JSON `file`, `stdin`, dazzle-dsl `in_process`, or another environment's `command`.
        place: The file, `-`, `dazzle-dsl`, or the command's path.
        dazzle_version: The version of dazzle-dsl that read the model, if it is known.
        cached: Whether the model came from the cache.
        seconds: The duration of the loading, in seconds.
    """

    appspec: AppSpec
    origin: Origin
    place: str
    dazzle_version: str | None
    cached: bool
    seconds: float


def load_appspec(project: Path, *, source: AppSpecSource) -> LoadedAppSpec:
    """Load the model of a project.

    The first available source is used: `source.file`; `source.configured`; `dazzle build-api` of `source.dazzle`;
    dazzle-dsl in process, if this interpreter can import it; the `dazzle` of the project's `.venv`, `$VIRTUAL_ENV` or
    PATH.

    Raises:
        UsageError: The export cannot be read; ManifestError if the manifest names it.
        PreconditionError: Dazzle is not installed, or is too old.
        AppSpecError: The export is not an AppSpec, or Dazzle rejects the model.
    """
    try:
        return _load(project, source)
    except ManifestError as error:
        if source.where is not None:
            error.where = source.where("infra", "appspec" if source.configured is not None else "dazzle")
        raise


def _load(project: Path, source: AppSpecSource) -> LoadedAppSpec:
    started = perf_counter()
    if source.file is not None or source.configured is not None:
        return _from_export(project, source, started)
    if not (project / "dazzle.toml").is_file():
        raise PreconditionError(
            "there is no dazzle.toml",
            where=Where(str(project)),
            hint="run the command in a Dazzle project, or name one with -C",
        )
    version = in_process_version() if source.dazzle is None else None
    if version is not None:
        appspec, cached = _cached(project, source, version, lambda: load_in_process(project, version))
        return LoadedAppSpec(appspec, "in_process", "dazzle-dsl", version, cached, perf_counter() - started)
    command = find_command(project, source.dazzle, os.environ)
    appspec, cached = _cached(project, source, command.identity, lambda: load_by_command(project, command))
    return LoadedAppSpec(appspec, "command", str(command.path), command.version, cached, perf_counter() - started)


def _cached(project: Path, source: AppSpecSource, dazzle: str, load: Callable[[], AppSpec]) -> tuple[AppSpec, bool]:
    if not source.use_cache:
        return load(), False
    key = fingerprint(project, source.module_paths, dazzle)
    known = recall(key)
    if known is not None:
        return known, True
    appspec = load()
    # If a file changed while the model was loaded, the entry would not belong to its key.
    if key == fingerprint(project, source.module_paths, dazzle):
        remember(key, appspec)
    return appspec, False


def _from_export(project: Path, source: AppSpecSource, started: float) -> LoadedAppSpec:
    origin: Origin = "file"
    if source.file == "-":
        origin, place, text = "stdin", "-", read_stdin()
    elif source.file is not None:
        place, text = source.file, _read_export(Path(source.file), source.file)
    else:
        place = source.configured or ""
        text = _read_export(named_path(project, place), place, key="[infra] appspec")
    name = "standard input" if origin == "stdin" else place
    appspec = parse_appspec(text, name=name, project=project)
    return LoadedAppSpec(appspec, origin, place, None, False, perf_counter() - started)


def _read_export(path: Path, name: str, *, key: str | None = None) -> bytes:
    try:
        # --appspec may name a pipe; a pipe named in dazzle.toml could block forever.
        if key is not None and path.exists() and not (path.is_file() or path.is_dir()):
            raise OSError("it is not a file")
        return read_file(path, name)
    except AppSpecError:
        raise
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        what = f"the AppSpec {name} cannot be read: {reason}"
        if key is not None:
            raise ManifestError(
                what, where=Where("dazzle.toml", key=key), hint="the path is relative to the project"
            ) from None
        raise UsageError(what, where=Where(name), hint="the path is relative to the working directory") from None
