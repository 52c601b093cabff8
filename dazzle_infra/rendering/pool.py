"""Rendering: a template at a version with answers, into a tree in memory.

Copier's public `run_copy` runs in a separate process (`dazzle_infra.rendering.worker`), which reads only the template
cache and none of the user's configuration.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from dazzle_infra.rendering.job import RenderJob
from dazzle_infra.values.cores import usable_cores
from dazzle_infra.values.trees import Tree

if TYPE_CHECKING:
    from dazzle_infra.rendering.process import Worker

__all__ = ["RenderJob", "Workers", "render_all", "render_each"]

T = TypeVar("T")


class Workers:
    """A pool of worker processes, as a context manager that ends them.

    Importing Copier takes longer than most renders. Workers that are started early import it while the model is read.
    """

    def __init__(self, count: int = 0, *, is_busy: bool = False) -> None:
        """Start processes.

        Args:
            count: The number of processes to start now; others are started when they are needed.
            is_busy: Whether other threads use the processors too, so that a process for each group of jobs is not
                faster.
        """
        import tempfile
        from concurrent.futures import ThreadPoolExecutor

        self.is_busy = is_busy
        self._folder = tempfile.TemporaryDirectory(prefix="dazzle-infra-render-")
        self._idle: list[Worker] = []
        self._all: list[Worker] = []
        # Removing rendered files takes a tenth of the time, so it is done in the background.
        self._sweeper = ThreadPoolExecutor(1)
        # A process that cannot be started now is no error yet, because it may not be needed.
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
        """Return an idle worker, or a new one."""
        try:
            return self._idle.pop()
        except IndexError:  # not checked first, because several threads take workers
            return self._started()

    def give_back(self, worker: Worker, *, is_needed: bool = False) -> None:
        """Return a worker to the pool; end it if it failed or is no longer needed."""
        if (self.is_busy or is_needed) and worker.is_usable:
            worker.sweep()
            self._idle.append(worker)
        else:
            self._all.remove(worker)
            self._sweeper.submit(worker.end)

    def _started(self) -> Worker:
        import tempfile

        from dazzle_infra.rendering.process import Worker

        worker = Worker(Path(tempfile.mkdtemp(dir=self._folder.name)))
        self._all.append(worker)
        return worker


def render_all(groups: Sequence[Sequence[RenderJob]], workers: Workers | None = None) -> list[list[Tree]]:
    """Render groups of jobs, in parallel, and return the trees of each group.

    Raises:
        TemplateError: A job failed.
    """
    return render_each(groups, lambda _, trees: trees, workers)


def render_each(
    groups: Sequence[Sequence[RenderJob]], then: Callable[[int, list[Tree]], T], workers: Workers | None = None
) -> list[T]:
    """Render groups of jobs, and call a function for each group as soon as it is rendered.

    Args:
        groups: The jobs.
        then: Called with the number and the trees of each group, in several threads.
        workers: Processes that render; None to start them. Each renders one group at a time, and at most as many run at
            a time as there are processors.

    Returns:
        What `then` returned for each group.

    Raises:
        TemplateError: A job failed.
    """
    if not any(groups):
        return [then(number, []) for number in range(len(groups))]
    if workers is None:
        with Workers() as own:
            return render_each(groups, then, own)
    if workers.is_busy or sum(map(bool, groups)) < 2:
        trees = iter(_rendered([job for jobs in groups for job in jobs], workers))
        return [then(number, [next(trees) for _ in jobs]) for number, jobs in enumerate(groups)]
    from concurrent.futures import ThreadPoolExecutor, wait

    waiting = sum(map(bool, groups))
    taken: list[Worker] = []

    def one(number: int) -> T:
        nonlocal waiting
        if not groups[number]:
            return then(number, [])
        worker = workers.take()
        taken.append(worker)
        waiting -= 1
        try:
            worker.send(groups[number])
            trees = worker.result()
        finally:
            workers.give_back(worker, is_needed=waiting > 0)
        return then(number, trees)

    with ThreadPoolExecutor(min(len(groups), usable_cores())) as threads:
        futures = [threads.submit(one, number) for number in range(len(groups))]
        try:
            wait(futures)
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            for worker in taken:
                worker.kill()
            raise
    return [future.result() for future in futures]


def _rendered(jobs: Sequence[RenderJob], workers: Workers) -> list[Tree]:
    """Render jobs one after the other in one process."""
    if not jobs:
        return []
    worker = workers.take()
    worker.send(jobs)
    try:
        return worker.result()
    finally:
        workers.give_back(worker)
