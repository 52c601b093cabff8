"""Rendering: a template at a version with answers, into a tree in memory.

Copier does it, by its public `run_copy`, in a process of its own (see `worker`) that reads our cache alone and none of
the user's configuration.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from dazzle_infra.engine.trees import Tree, read_tree
from dazzle_infra.errors import TemplateError
from dazzle_infra.templates import Template, isolated_environment, run_git

__all__ = ["RENDER_SECONDS", "RenderJob", "Workers", "render_all"]

RENDER_SECONDS = 60
"""How long one worker may take; ours takes well below a second."""

_HINTS = {
    "answer": "change the value that the message names in dazzle.toml",
    "git": "run the command again; if that does not help, remove the cache folder of dazzle-infra",
    "template": "the template has a mistake; tell its owner",
    "unsafe": "use a template without tasks, migrations and Jinja extensions",
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


class Workers:
    """Processes that are ready to render; a context manager that ends them.

    Importing Copier takes longer than most renders: workers that are started before it is known what they will render
    do that while the model is read.
    """

    def __init__(self, count: int = 0) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="dazzle-infra-render-")
        self._idle: list[_Worker] = []
        self._all: list[_Worker] = []
        # One that cannot be started ahead of time is no error yet: it may never be needed.
        with suppress(OSError):
            for _ in range(count):
                self._idle.append(self._started())

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self._all:
            worker.stop()
        self._folder.cleanup()

    def take(self) -> _Worker:
        """Return a worker that has nothing to do yet."""
        return self._idle.pop() if self._idle else self._started()

    def _started(self) -> _Worker:
        worker = _Worker(Path(tempfile.mkdtemp(dir=self._folder.name)))
        self._all.append(worker)
        return worker


def render_all(groups: Sequence[Sequence[RenderJob]], workers: Workers | None = None) -> list[list[Tree]]:
    """Render the jobs, each group in a process of its own and all processes at once.

    Raises:
        TemplateError: A job failed; none of the results is returned.
    """
    if workers is None:
        with Workers() as own:
            return render_all(groups, own)
    taken = [workers.take() for _ in groups]
    for worker, jobs in zip(taken, groups, strict=True):
        worker.send(jobs)
    return [worker.result() for worker in taken]


class _Worker:
    """One process and the folders that it renders into."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._jobs: Sequence[RenderJob] = ()
        home = folder / "home"
        home.mkdir(parents=True)
        # git reads its configuration when it runs, which is after the jobs are known.
        self._configuration = home / "gitconfig"
        environment = isolated_environment({"safe.directory": "*"}) | {
            "GIT_CONFIG_GLOBAL": str(self._configuration),
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home),
            "COPIER_CACHE_DIR": str(folder / "cache"),
            "COPIER_SETTINGS_PATH": str(home / "settings.yml"),
            "PYTHONWARNINGS": "ignore",
            "TMPDIR": str(home),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "dazzle_infra.engine.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=home,
            env=environment,
        )

    def send(self, jobs: Sequence[RenderJob]) -> None:
        """Give the process its work."""
        self._jobs = jobs
        for job in jobs:
            setting = (f"url.{job.template.repository}.insteadOf", job.template.url)
            run_git("config", "--file", str(self._configuration), "--add", *setting, environment=isolated_environment())
        request = [
            {
                "source": job.template.source,
                "version": job.template.version,
                "data": dict(job.data),
                "recorded": None if job.recorded is None else dict(job.recorded),
                "fallback": dict(job.fallback),
                "destination": str(destination),
            }
            for job, destination in zip(jobs, self._destinations(), strict=True)
        ]
        assert self._process.stdin is not None  # noqa: S101 - opened as a pipe above
        with suppress(BrokenPipeError):  # it died: `result` says why
            self._process.stdin.write(json.dumps(request).encode())
            self._process.stdin.close()
        self._process.stdin = None

    def _destinations(self) -> list[Path]:
        return [self._folder / f"render-{index}" for index in range(len(self._jobs))]

    def result(self) -> list[Tree]:
        """Wait for the process and read what it rendered."""
        try:
            out, err = self._process.communicate(timeout=RENDER_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise TemplateError(
                f"rendering {self._jobs[0].template.source} took more than {RENDER_SECONDS} s",
                code="template_timeout",
                hint=_HINTS["template"],
            ) from error
        try:
            answer = json.loads(out)
        except ValueError:
            lines = err.decode(errors="replace").strip().splitlines()
            answer = {"ok": False, "job": 0, "kind": "template", "message": lines[-1] if lines else "the renderer died"}
        if not answer["ok"]:
            template = self._jobs[answer["job"]].template
            message = answer["message"].rstrip(";. ")
            raise TemplateError(
                f"{template.source} {template.version} cannot be rendered: {message}",
                code=f"template_{answer['kind']}",
                hint=_HINTS[answer["kind"]],
            )
        return [read_tree(destination) for destination in self._destinations()]

    def stop(self) -> None:
        """End the process if it still runs."""
        if self._process.poll() is None:
            self._process.kill()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            if stream is not None:
                stream.close()
        self._process.wait()
