"""Rendering: a template at a version with answers, into a tree in memory.

Copier does it, by its public `run_copy`, in a process of its own (see `worker`) that reads our cache alone and none of
the user's configuration.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from dazzle_infra.engine.process import RenderJob, Worker
from dazzle_infra.engine.trees import Tree
from dazzle_infra.errors import TemplateError

__all__ = ["RenderJob", "Workers", "render_all"]


class Workers:
    """Processes that are ready to render; a context manager that ends them.

    Importing Copier takes longer than most renders: workers that are started before it is known what they will render
    do that while the model is read.
    """

    def __init__(self, count: int = 0, *, is_busy: bool = False) -> None:
        """Start processes.

        Args:
            count: How many, ahead of time.
            is_busy: Whether others use the cores too, so that groups of jobs gain nothing from a process each.
        """
        self.is_busy = is_busy
        self._folder = tempfile.TemporaryDirectory(prefix="dazzle-infra-render-")
        self._idle: list[Worker] = []
        self._all: list[Worker] = []
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

    def take(self) -> Worker:
        """Return a worker that has nothing to do."""
        try:
            return self._idle.pop()
        except IndexError:  # asked for rather than looked at first: threads take workers at the same time
            return self._started()

    def give_back(self, worker: Worker) -> None:
        """Keep a worker that is done for more work; end one that failed for good."""
        if worker.is_usable:
            self._idle.append(worker)
        else:
            worker.stop()
            self._all.remove(worker)

    def _started(self) -> Worker:
        worker = Worker(Path(tempfile.mkdtemp(dir=self._folder.name)))
        self._all.append(worker)
        return worker


def render_all(groups: Sequence[Sequence[RenderJob]], workers: Workers | None = None) -> list[list[Tree]]:
    """Render the jobs, each group by a process of its own and all processes at once.

    Raises:
        TemplateError: A job failed; none of the results is returned.
    """
    if workers is None:
        with Workers() as own:
            return render_all(groups, own)
    if workers.is_busy and len(groups) > 1:
        [trees] = render_all([[job for jobs in groups for job in jobs]], workers)
        rest = iter(trees)
        return [[next(rest) for _ in jobs] for jobs in groups]
    taken = [workers.take() for _ in groups]
    for worker, jobs in zip(taken, groups, strict=True):
        worker.send(jobs)
    results, failures = [], []
    for worker in taken:
        try:
            results.append(worker.result())
        except TemplateError as error:
            failures.append(error)
        workers.give_back(worker)
    if failures:
        raise failures[0]
    return results
