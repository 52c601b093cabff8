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
from dataclasses import dataclass, field
from pathlib import Path

from dazzle_infra.engine.trees import Tree, read_tree
from dazzle_infra.errors import TemplateError
from dazzle_infra.templates import Template, isolated_environment

__all__ = ["RENDER_SECONDS", "RenderJob", "render", "render_all"]

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


def render(job: RenderJob) -> Tree:
    """Render one job; see `render_all`."""
    return render_all([[job]])[0][0]


def render_all(groups: Sequence[Sequence[RenderJob]]) -> list[list[Tree]]:
    """Render the jobs, each group in a process of its own and all processes at once.

    Raises:
        TemplateError: A job failed; none of the results is returned.
    """
    with tempfile.TemporaryDirectory(prefix="dazzle-infra-render-") as name:
        workers = [_Worker(Path(name) / str(index), jobs) for index, jobs in enumerate(groups)]
        try:
            return [worker.result() for worker in workers]
        finally:
            for worker in workers:
                worker.stop()


class _Worker:
    """One process and the folders that it renders into."""

    def __init__(self, folder: Path, jobs: Sequence[RenderJob]) -> None:
        self.jobs = jobs
        home = folder / "home"
        home.mkdir(parents=True)
        self.destinations = [folder / f"render-{index}" for index in range(len(jobs))]
        config = {f"url.{job.template.repository}.insteadOf": job.template.url for job in jobs}
        environment = isolated_environment({**config, "safe.directory": "*"}) | {
            "HOME": str(home),
            "XDG_CONFIG_HOME": str(home),
            "COPIER_CACHE_DIR": str(folder / "cache"),
            "COPIER_SETTINGS_PATH": str(home / "settings.yml"),
            "PYTHONWARNINGS": "ignore",
            "TMPDIR": str(home),
        }
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "dazzle_infra.engine.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=home,
            env=environment,
        )
        self._send(jobs)

    def _send(self, jobs: Sequence[RenderJob]) -> None:
        request = [
            {
                "source": job.template.source,
                "version": job.template.version,
                "data": dict(job.data),
                "recorded": None if job.recorded is None else dict(job.recorded),
                "fallback": dict(job.fallback),
                "destination": str(destination),
            }
            for job, destination in zip(jobs, self.destinations, strict=True)
        ]
        assert self.process.stdin is not None  # noqa: S101 - opened as a pipe above
        self.process.stdin.write(json.dumps(request).encode())
        self.process.stdin.close()
        self.process.stdin = None

    def result(self) -> list[Tree]:
        """Wait for the process and read what it rendered."""
        try:
            out, err = self.process.communicate(timeout=RENDER_SECONDS)
        except subprocess.TimeoutExpired as error:
            raise TemplateError(
                f"rendering {self.jobs[0].template.source} took more than {RENDER_SECONDS} s",
                code="template_timeout",
                hint=_HINTS["template"],
            ) from error
        try:
            answer = json.loads(out)
        except ValueError:
            lines = err.decode(errors="replace").strip().splitlines()
            answer = {"ok": False, "job": 0, "kind": "template", "message": lines[-1] if lines else "the renderer died"}
        if not answer["ok"]:
            template = self.jobs[answer["job"]].template
            raise TemplateError(
                f"{template.source} {template.version} cannot be rendered: {answer['message']}",
                code=f"template_{answer['kind']}",
                hint=_HINTS[answer["kind"]],
            )
        return [read_tree(destination) for destination in self.destinations]

    def stop(self) -> None:
        """End the process if it still runs."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate()
