"""A cache of function results during one plan, or one run for many applications.

Many applications, and the steps of one plan, read the same data of the same templates. Outside such a scope nothing is
cached, because the templates can change.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import Lock
from typing import ParamSpec, TypeVar

from dazzle_infra.errors import DazzleInfraError

__all__ = ["remembered", "remembering"]

P = ParamSpec("P")
R = TypeVar("R")


class _Memory:
    def __init__(self) -> None:
        self._answers: dict[object, object] = {}
        self._locks: dict[object, Lock] = {}
        self._lock = Lock()

    def answer(self, key: object, ask: Callable[[], object]) -> object:
        """Return the result for a key, computed once by one of the threads. An error is stored and raised again."""
        with self._lock:
            lock = self._locks.setdefault(key, Lock())
        with lock:
            if key not in self._answers:
                try:
                    self._answers[key] = ask()
                except DazzleInfraError as error:
                    self._answers[key] = error
        answer = self._answers[key]
        if isinstance(answer, DazzleInfraError):
            raise copy.copy(answer)
        return answer


_memory: _Memory | None = None
_open = 0
_opening = Lock()


@contextmanager
def remembering() -> Iterator[None]:
    """Cache the results of `remembered` functions, for all threads, while the context is open.

    Nested and concurrent contexts share one cache, which is discarded when the last one is closed.
    """
    global _memory, _open
    with _opening:
        _memory, _open = _memory or _Memory(), _open + 1
    try:
        yield
    finally:
        with _opening:
            _open -= 1
            if _open == 0:
                _memory = None


def remembered(function: Callable[P, R]) -> Callable[P, R]:
    """Make `remembering` cache a function's results. Arguments must be hashable, and results must not be modified."""

    @wraps(function)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        memory = _memory
        if memory is None:
            return function(*args, **kwargs)
        key = (function, args, tuple(sorted(kwargs.items())))
        answer: R = memory.answer(key, lambda: function(*args, **kwargs))  # type: ignore[assignment]
        return answer

    return asked
