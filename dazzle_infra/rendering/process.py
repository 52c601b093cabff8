"""A worker process: it is started, receives jobs, and is ended if a render exceeds the time limit."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

from dazzle_infra.rendering.failure import render_error
from dazzle_infra.rendering.job import RenderJob
from dazzle_infra.rendering.tree import read_tree
from dazzle_infra.rendering.worker.guard import CPU_SECONDS
from dazzle_infra.templates import Template, commit_of, isolated_environment, run_git
from dazzle_infra.values.trees import Tree

__all__ = ["RENDER_SECONDS", "Worker", "start_process"]

RENDER_SECONDS = 120
"""Limit of the duration of one render, in seconds; `CPU_SECONDS` limits its processor time."""

_KEPT = {
    "DYLD_LIBRARY_PATH",
    "LANG",
    "LD_LIBRARY_PATH",
    "PATH",
    "PYTHONHASHSEED",
    "PYTHONHOME",
    "PYTHONPATH",
    "__PYVENV_LAUNCHER__",
}


def start_process(
    arguments: Sequence[str], home: Path, environment: Mapping[str, str], errors: BinaryIO
) -> subprocess.Popen[bytes]:
    """Start a module in a Python process of its own, whose standard input and output are unbuffered pipes.

    Args:
        arguments: The name of the module, followed by its `sys.argv[1:]`.
        home: The working directory.
        environment: All environment variables.
        errors: The file for standard error.

    Raises:
        OSError: The process cannot be started.
    """
    return subprocess.Popen(
        [sys.executable, "-P", "-m", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        cwd=home,
        env=environment,
        bufsize=0,
    )


class Worker:
    """A worker process, and the folder into which it renders."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._jobs: Sequence[RenderJob] = ()
        self._sources: set[str] = set()
        self._count = 0
        self._is_usable = True
        home = folder / "home"
        home.mkdir(parents=True)
        # git reads this file when a job runs; `_know` completes it before.
        self._configuration = home / "gitconfig"
        self._said = (folder / "stderr").open("w+b")
        self._process = start_process(
            ["dazzle_infra.rendering.worker.main", str(folder), str(CPU_SECONDS)],
            home,
            _environment(folder, home, self._configuration),
            self._said,
        )

    @property
    def is_usable(self) -> bool:
        """Whether the process can receive more jobs."""
        return self._is_usable

    def send(self, jobs: Sequence[RenderJob]) -> None:
        """Send jobs to the process; `result` waits for their completion."""
        self._jobs = jobs
        self._count += 1
        for job in jobs:
            self._know(job.template)
        request = [
            {
                "source": job.template.source,
                "url": job.template.url,
                "repository": str(job.template.repository),
                "commit": commit_of(job.template),
                "version": job.template.version,
                "data": dict(job.data),
                "recorded": None if job.recorded is None else dict(job.recorded),
                "fallback": dict(job.fallback),
                "destination": str(destination),
            }
            for job, destination in zip(jobs, self._destinations(), strict=True)
        ]
        assert self._process.stdin is not None  # noqa: S101 - opened as a pipe above
        line = memoryview(json.dumps(request).encode() + b"\n")
        with suppress(BrokenPipeError):  # it died: `result` says why
            while line:
                line = line[os.write(self._process.stdin.fileno(), line) :]

    def _know(self, template: Template) -> None:
        """Configure the process's git to find a template in the cache."""
        if template.url not in self._sources:
            self._sources.add(template.url)
            setting = (f"url.{template.repository}.insteadOf", template.url)
            run_git("config", "--file", str(self._configuration), "--add", *setting, environment=isolated_environment())

    def _destinations(self) -> list[Path]:
        return [self._folder / f"render-{self._count}-{index}" for index in range(len(self._jobs))]

    def result(self) -> list[Tree]:
        """Wait for the jobs that were sent, and return the rendered trees.

        Raises:
            TemplateError: A job failed.
            KeyboardInterrupt: The process was interrupted.
        """
        answer = self._answer(RENDER_SECONDS * len(self._jobs))
        if not answer["ok"]:
            template = self._jobs[answer["job"]].template
            raise render_error(template, answer["kind"], answer["message"], answer.get("trace"))
        return [read_tree(destination) for destination in self._destinations()]

    def sweep(self) -> None:
        """Remove the files of the last jobs."""
        for destination in self._destinations():
            shutil.rmtree(destination, ignore_errors=True)

    def _answer(self, seconds: float) -> dict[str, Any]:
        """Read the response of the process. Without a response the process is not usable any more."""
        assert self._process.stdout is not None  # noqa: S101 - opened as a pipe above
        line, end = b"", time.monotonic() + seconds
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([self._process.stdout], [], [], max(0.0, end - time.monotonic()))
            part = os.read(self._process.stdout.fileno(), 65536) if ready else b""
            if not part:
                self._is_usable = False
                return {"ok": False, "job": 0, **self._failure(is_late=not ready)}
            line += part
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _failure(self, *, is_late: bool) -> dict[str, str]:
        """Return the failure if there is no response."""
        if is_late:
            return {"kind": "limit", "message": f"it took more than {RENDER_SECONDS} s"}
        status = self._process.wait()
        if status == -signal.SIGINT:
            raise KeyboardInterrupt
        if status == -signal.SIGXCPU:
            return {"kind": "limit", "message": f"it took more than {CPU_SECONDS} s of processor time"}
        if status == -signal.SIGKILL:
            return {"kind": "limit", "message": "the operating system killed it, possibly because memory ran out"}
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").strip().splitlines()
        last = lines[-1] if lines else "the rendering process ended without a result"
        # A signal ends a process at work; a status, one that could not start.
        kind = "disk" if "No space left on device" in last else "died" if status < 0 else "internal"
        return {"kind": kind, "message": last, "trace": "\n".join(lines)}

    def kill(self) -> None:
        """Kill the process if it still runs; `result` in another thread raises an error then."""
        if self._process.poll() is None:
            self._process.kill()

    def end(self) -> None:
        """End the process and remove its folder."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self) -> None:
        """End the process if it still runs, and close its streams."""
        self.kill()
        for stream in (self._process.stdin, self._process.stdout, self._said):
            if stream is not None:
                stream.close()
        self._process.wait()


def _environment(folder: Path, home: Path, configuration: Path) -> dict[str, str]:
    """Return the environment of the process, with only those of the user's variables that Python needs to start.

    A template can read environment variables, and some of the user's can be secret.
    """
    isolated = isolated_environment({"safe.directory": "*"})
    kept = {name: value for name, value in isolated.items() if name.startswith(("GIT_", "LC_")) or name in _KEPT}
    return kept | {
        "GIT_CONFIG_GLOBAL": str(configuration),
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "COPIER_CACHE_DIR": str(folder / "cache"),
        "COPIER_SETTINGS_PATH": str(home / "settings.yml"),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONWARNINGS": "ignore",
        "TMPDIR": str(home),
    }
