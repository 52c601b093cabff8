"""Rendering: a template at a version with answers, into a tree in memory.

Copier does it, by its public `run_copy`, in a process of its own (`dazzle_infra.renderer`) that reads our cache alone
and none of the user's configuration.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from dazzle_infra.engine.process import RenderJob, Worker
from dazzle_infra.engine.trees import Tree

__all__ = ["RenderJob", "Workers", "render_all", "render_each"]

T = TypeVar("T")


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
        # Removing what was rendered takes a tenth of the time, and nothing waits for it.
        self._sweeper = ThreadPoolExecutor(1)
        # One that cannot be started ahead of time is no error yet: it may never be needed.
        with suppress(OSError):
            for _ in range(count):
                self._idle.append(self._started())

    def __enter__(self) -> Workers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._sweeper.shutdown()
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
        """Keep a worker that is done for the others' work; end one that failed for good, or that nobody waits for."""
        if self.is_busy and worker.is_usable:
            worker.sweep()
            self._idle.append(worker)
        else:
            self._all.remove(worker)
            self._sweeper.submit(worker.end)

    def _started(self) -> Worker:
        worker = Worker(Path(tempfile.mkdtemp(dir=self._folder.name)))
        self._all.append(worker)
        return worker


def render_all(groups: Sequence[Sequence[RenderJob]], workers: Workers | None = None) -> list[list[Tree]]:
    """Render the jobs, each group by a process of its own and all processes at once.

    Raises:
        TemplateError: A job failed; none of the results is returned.
    """
    return render_each(groups, lambda _, trees: trees, workers)


def render_each(
    groups: Sequence[Sequence[RenderJob]], then: Callable[[int, list[Tree]], T], workers: Workers | None = None
) -> list[T]:
    """Render as `render_all` does, and go on with each group as soon as it is there.

    Args:
        groups: The jobs.
        then: What is done with the trees of the group of that number, by a thread of its own.
        workers: Processes that render; by default they are started now, one for each group that has jobs.

    Returns:
        What `then` returned for each group.

    Raises:
        TemplateError: A job failed.
    """
    if workers is None:
        with Workers() as own:
            return render_each(groups, then, own)
    if workers.is_busy or sum(map(bool, groups)) < 2:
        trees = iter(_rendered([job for jobs in groups for job in jobs], workers))
        return [then(number, [next(trees) for _ in jobs]) for number, jobs in enumerate(groups)]
    taken = [workers.take() if jobs else None for jobs in groups]
    for worker, jobs in zip(taken, groups, strict=True):
        if worker is not None:
            worker.send(jobs)

    def one(number: int, worker: Worker | None) -> T:
        if worker is None:
            return then(number, [])
        try:
            trees = worker.result()
        finally:
            workers.give_back(worker)
        return then(number, trees)

    with ThreadPoolExecutor(len(groups)) as threads:
        futures = [threads.submit(one, number, worker) for number, worker in enumerate(taken)]
        try:
            wait(futures)
        except BaseException:
            for worker in taken:
                if worker is not None:
                    worker.kill()
            raise
    return [future.result() for future in futures]


def _rendered(jobs: Sequence[RenderJob], workers: Workers) -> list[Tree]:
    """Render jobs one after the other, where there are any."""
    if not jobs:
        return []
    worker = workers.take()
    worker.send(jobs)
    try:
        return worker.result()
    finally:
        workers.give_back(worker)
