"""Code that is run in a fork of the process of a test, to be killed there: a start without imports."""

from __future__ import annotations

import os
import sys
import traceback
import warnings

__all__ = ["status_of_fork"]


def status_of_fork(code: str, *arguments: object) -> int:
    """Run code in a fork, with the arguments as `sys.argv[1:]`; return its status, negative for a signal."""
    with warnings.catch_warnings():
        # Python 3.12 warns of forks beside other threads; the code here takes none of their locks.
        warnings.simplefilter("ignore", DeprecationWarning)
        number = os.fork()
    if number == 0:
        status = 1
        try:
            sys.argv = ["-c", *map(str, arguments)]
            exec(code, {"__name__": "__main__"})  # noqa: S102
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(status)
    return os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
