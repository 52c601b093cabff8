"""A process that renders, seen from outside: started, given work, ended when it takes too long."""

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
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dazzle_infra.engine.trees import Tree, read_tree
from dazzle_infra.errors import TemplateError
from dazzle_infra.renderer.guard import CPU_SECONDS
from dazzle_infra.templates import Template, commit_of, isolated_environment, run_git

__all__ = ["RENDER_SECONDS", "RenderJob", "Worker"]

RENDER_SECONDS = 120
"""How long one render may take, however much else the machine does; `CPU_SECONDS` is how long it may be at work."""

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

_HINTS = {
    "answer": "change the value that the message names in dazzle.toml",
    "git": "run the command again; if that does not help, remove the cache folder of dazzle-infra",
    "limit": "the template may have a loop without end; tell its owner",
    "template": "the template has a mistake; tell its owner",
    "unsafe": "use a template of people whom you trust; ours needs nothing of the kind",
}


@dataclass(frozen=True)
class RenderJob:
    """What is rendered.

    Attributes:
        template: The template and its version.
        data: Answers that the version has to accept; every one a declared question of it.
        recorded: Answers of another version, used as far as this one accepts them.
        fallback: What stands in for those that it does not accept, before its own defaults.
    """

    template: Template
    data: Mapping[str, object] = field(default_factory=dict)
    recorded: Mapping[str, object] | None = None
    fallback: Mapping[str, object] = field(default_factory=dict)


class Worker:
    """One process and the folder that it renders into."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._jobs: Sequence[RenderJob] = ()
        self._sources: set[str] = set()
        self._count = 0
        self._is_usable = True
        home = folder / "home"
        home.mkdir(parents=True)
        # git reads its configuration when it runs, which is after the jobs are known.
        self._configuration = home / "gitconfig"
        self._said = (folder / "stderr").open("w+b")
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "dazzle_infra.renderer.worker", str(folder)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._said,
            cwd=home,
            env=_environment(folder, home, self._configuration),
            bufsize=0,
        )

    @property
    def is_usable(self) -> bool:
        """Whether it can be given more work."""
        return self._is_usable

    def send(self, jobs: Sequence[RenderJob]) -> None:
        """Give the process its work."""
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
        """Let its git find the template in our cache."""
        if template.url not in self._sources:
            self._sources.add(template.url)
            setting = (f"url.{template.repository}.insteadOf", template.url)
            run_git("config", "--file", str(self._configuration), "--add", *setting, environment=isolated_environment())

    def _destinations(self) -> list[Path]:
        return [self._folder / f"render-{self._count}-{index}" for index in range(len(self._jobs))]

    def result(self) -> list[Tree]:
        """Wait for what it was given and read what it rendered."""
        answer = self._answer(RENDER_SECONDS * len(self._jobs))
        if not answer["ok"]:
            template = self._jobs[answer["job"]].template
            message = answer["message"].rstrip(";. ")
            raise TemplateError(
                f"{template.source} {template.version} cannot be rendered: {message}",
                code=f"template_{answer['kind']}",
                hint=_HINTS[answer["kind"]],
            )
        return [read_tree(destination) for destination in self._destinations()]

    def sweep(self) -> None:
        """Remove what was rendered last."""
        for destination in self._destinations():
            shutil.rmtree(destination, ignore_errors=True)

    def _answer(self, seconds: float) -> dict[str, Any]:
        """Read the line with which the process answers; without one, it can do no more work."""
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
        """Say why there is no answer."""
        if is_late:
            return {"kind": "limit", "message": f"it took more than {RENDER_SECONDS} s"}
        status = self._process.wait()
        if status == -signal.SIGXCPU:
            return {"kind": "limit", "message": f"it took more than {CPU_SECONDS} s of processor time"}
        if status == -signal.SIGKILL:
            return {"kind": "limit", "message": "the system ended it, for want of memory perhaps"}
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").strip().splitlines()
        return {"kind": "template", "message": lines[-1] if lines else "the renderer died"}

    def kill(self) -> None:
        """End the process if it still runs; who waits for its result gets an error."""
        if self._process.poll() is None:
            self._process.kill()

    def end(self) -> None:
        """End the process and remove its folder."""
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self) -> None:
        """End the process if it still runs."""
        self.kill()
        for stream in (self._process.stdin, self._process.stdout, self._said):
            if stream is not None:
                stream.close()
        self._process.wait()


def _environment(folder: Path, home: Path, configuration: Path) -> dict[str, str]:
    """Return the process's environment: none of the user's variables but those that Python needs to start.

    A template can read variables, and some of them are secret.
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
