"""Remembering what was asked of a template, while many applications are worked on.

A hundred applications ask the same things of the same few templates, and one plan asks several times. Outside of both,
each question is asked anew: between two of them a tag may have come.
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
        """Return the answer, asked for once however many threads want it; an error is an answer."""
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
    """While this is open, functions that are `remembered` are asked once for the same arguments, by all threads.

    Where it is opened again meanwhile, here or by another thread, it is one memory, until the last has closed it.
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
    """Let a function be asked once; its arguments must be hashable, and nobody may change what it returns."""

    @wraps(function)
    def asked(*args: P.args, **kwargs: P.kwargs) -> R:
        memory = _memory
        if memory is None:
            return function(*args, **kwargs)
        key = (function, args, tuple(sorted(kwargs.items())))
        answer: R = memory.answer(key, lambda: function(*args, **kwargs))  # type: ignore[assignment]
        return answer

    return asked
