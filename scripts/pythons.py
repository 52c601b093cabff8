"""Find the CPythons of this machine and prepare one environment for each: `python -m scripts.pythons`.

`make test` renders, updates and runs the attacks with every CPython from 3.11 on that is on PATH or among the versions
of pyenv. An environment holds pytest and the dependencies of dazzle-infra, not dazzle-infra itself. Its folder lies in
the user's cache folder and has a name that follows from them: checkouts with the same dependencies share it.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from dazzle_infra.values.interpreter import OLDEST, TESTED

__all__ = ["LIBRARIES", "Interpreter", "environment_of", "interpreters", "main", "prepare"]

ROOT = Path(__file__).parents[1]

LIBRARIES = {
    (3, 11): ("9.19.1", "3.1.6"),
    (3, 12): ("9.19.0", "3.1.6"),
    (3, 13): ("9.19.1", "3.1.6"),
    (3, 14): ("9.19.1", "3.1.6"),
}
"""The releases of Copier and Jinja in each environment: all for which `copier_patches` applies."""

_PROBE = "import sys; print(sys.implementation.name, *sys.version_info[:3], sys._base_executable)"


@dataclass(frozen=True)
class Interpreter:
    """A CPython of this machine.

    Attributes:
        version: Its version, such as (3, 13, 0).
        path: Its executable file, outside of any virtual environment.
    """

    version: tuple[int, int, int]
    path: Path

    @property
    def minor(self) -> tuple[int, int]:
        """The version without its last part."""
        return self.version[:2]


def interpreters() -> dict[tuple[int, int], Interpreter]:
    """Return the newest CPython of each minor version from 3.11 on."""
    found: dict[tuple[int, int], Interpreter] = {}
    for path in _candidates():
        interpreter = _probe(path)
        if interpreter is None or interpreter.minor < OLDEST:
            continue
        known = found.get(interpreter.minor)
        if known is None or interpreter.version > known.version:
            found[interpreter.minor] = interpreter
    return dict(sorted(found.items()))


def _candidates() -> list[Path]:
    """Return what may be a Python, each file once."""
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv")
    paths = [*sorted(pyenv.glob("versions/3.*/bin/python3")), Path(sys.executable)]
    for folder in os.get_exec_path():
        paths += sorted(Path(folder).glob("python3")) + sorted(Path(folder).glob("python3.[0-9][0-9]"))
    return list({path.resolve(): path for path in paths if "shims" not in path.parts}.values())


def _probe(path: Path) -> Interpreter | None:
    try:
        done = subprocess.run([path, "-I", "-c", _PROBE], capture_output=True, text=True, check=True, timeout=30)
        name, major, minor, micro, base = done.stdout.strip().split(" ", 4)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return Interpreter((int(major), int(minor), int(micro)), Path(base)) if name == "cpython" else None


def _requirements(minor: tuple[int, int]) -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    tests = [text for text in project["optional-dependencies"]["dev"] if text.startswith("pytest>")]
    pinned = zip(("copier", "jinja2"), LIBRARIES.get(minor, ()), strict=False)
    return [*project["dependencies"], *tests, *(f"{package}=={version}" for package, version in pinned)]


def environment_of(interpreter: Interpreter) -> Path:
    """Return the folder of an interpreter's environment, whether or not it has been prepared."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    key = "\n".join([str(interpreter), *_requirements(interpreter.minor)])
    digest = hashlib.sha256(key.encode()).hexdigest()[:12]
    return cache / "dazzle-infra-tests" / f"python-{'.'.join(map(str, interpreter.version))}-{digest}"


def prepare(interpreter: Interpreter) -> str | None:
    """Make an interpreter's environment if it is not there yet; return why that failed, or None."""
    folder = environment_of(interpreter)
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Two checkouts may be tested at the same time.
    with folder.with_suffix(f"{folder.suffix}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if (folder / "prepared").exists():
            return None
        shutil.rmtree(folder, ignore_errors=True)
        python = folder / "bin/python"
        install: list[str | Path] = [python, "-m", "pip"]
        if _run([interpreter.path, "-m", "venv", folder]) is not None:
            # Debian ships Python without ensurepip; the pip of this environment installs into another one too.
            problem = _run([interpreter.path, "-m", "venv", "--clear", "--without-pip", folder])
            if problem is not None:
                return problem
            install = [sys.executable, "-m", "pip", "--python", python]
        problem = _run([*install, "install", "--quiet", *_requirements(interpreter.minor)])
        if problem is not None:
            return problem
        (folder / "prepared").touch()
    return None


def _run(command: Sequence[str | Path]) -> str | None:
    """Run a command; return what it prints where it fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return None if done.returncode == 0 else (done.stderr or done.stdout).strip() or f"status {done.returncode}"


def main() -> int:
    """Prepare every environment and print one line for each version; fail where a tested version could not be."""
    found = interpreters()
    status = 0
    for minor in sorted({*TESTED, *found}):
        name = ".".join(map(str, minor))
        if minor not in found:
            print(f"Python {name}: not found; its tests will be skipped")  # noqa: T201
            continue
        problem = prepare(found[minor])
        print(f"Python {name}: {problem or environment_of(found[minor])}")  # noqa: T201
        if problem is not None and minor in TESTED:
            status = 1
    return status


if __name__ == "__main__":
    sys.exit(main())
