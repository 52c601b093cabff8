"""Processes that render, forked from one that has imported Copier: tests start hundreds of them.

The import takes half a second of processor time, most of what a small render takes. A fork runs the same `main` with
the environment, the directory, the pipes and the limits that it would have as a process of its own. Commands that
`run_cli` runs start their processes as a user's command does. Run as a program, this module is the process that forks.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

__all__ = ["ForkServer", "ForkedProcess"]

_POPEN = subprocess.Popen
_READ_AT_START = ("DYLD_LIBRARY_PATH", "LD_LIBRARY_PATH", "PYTHONHASHSEED", "PYTHONHOME", "PYTHONPATH")
"""Variables that Python, or the loader of its libraries, reads before a fork could change them."""


class ForkedProcess:
    """A forked process, with the part of `subprocess.Popen` that a `Worker` uses."""

    def __init__(self, stdin: int, stdout: int, status: int) -> None:
        self.stdin, self.stdout = os.fdopen(stdin, "wb", 0), os.fdopen(stdout, "rb", 0)
        self._told = os.fdopen(status, "rb", 0)
        self.pid = int(self._told.readline())
        self.returncode: int | None = None

    def wait(self) -> int:
        if self.returncode is None:
            with self._told:
                self.returncode = int(self._told.readline())
        return self.returncode

    def poll(self) -> int | None:
        if self.returncode is None and select.select([self._told], [], [], 0)[0]:
            self.wait()
        return self.returncode

    def kill(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)


class ForkServer:
    """The process that forks, started with the environment of the first fork that is asked for."""

    def __init__(self) -> None:
        self._socket: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._at_start = _read_at_start(os.environ)
        self._lock = threading.Lock()  # threads of one command start processes at the same time

    def start_process(
        self, arguments: Sequence[str], home: Path, environment: Mapping[str, str], errors: BinaryIO
    ) -> ForkedProcess | subprocess.Popen[bytes]:
        """Stand in for `dazzle_infra.rendering.process.start_process`."""
        if subprocess.Popen is not _POPEN or _read_at_start(environment) != self._at_start:
            command = [sys.executable, "-P", "-m", *arguments]
            pipe = subprocess.PIPE
            return subprocess.Popen(
                command, stdin=pipe, stdout=pipe, stderr=errors, cwd=home, env=environment, bufsize=0
            )
        (stdin, to_stdin), (from_stdout, stdout), (from_status, status) = os.pipe(), os.pipe(), os.pipe()
        request = json.dumps([list(arguments), str(home), dict(environment)]).encode()
        theirs = [stdin, stdout, errors.fileno(), status]
        with self._lock:
            connection = self._connection(environment)
            socket.send_fds(connection, [len(request).to_bytes(4, "big")], theirs)
            connection.sendall(request)
        for descriptor in (stdin, stdout, status):
            os.close(descriptor)
        return ForkedProcess(to_stdin, from_stdout, from_status)

    def stop(self) -> None:
        """End the process that forks; forks end with their input."""
        if self._socket is not None and self._process is not None:
            self._socket.close()
            self._process.wait()

    def _connection(self, environment: Mapping[str, str]) -> socket.socket:
        if self._socket is None:
            self._socket, theirs = socket.socketpair()
            with theirs:
                self._process = _POPEN(
                    [sys.executable, "-P", __file__, str(theirs.fileno())],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    env=environment,
                )
        return self._socket


def _read_at_start(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name in _READ_AT_START}


def _serve(connection: socket.socket) -> None:
    """Fork a process for each request, until there are no more."""
    import copier  # noqa: F401

    from dazzle_infra.rendering.worker import copier_patches, main  # noqa: F401

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.freeze()
    while True:
        header, descriptors, _, _ = socket.recv_fds(connection, 4, 4)
        if not header:
            return
        request = connection.recv(int.from_bytes(header, "big"), socket.MSG_WAITALL)
        if os.fork() == 0:
            connection.close()
            _keep(json.loads(request), descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        while _reaped():
            pass


def _reaped() -> bool:
    try:
        return os.waitpid(-1, os.WNOHANG)[0] != 0
    except ChildProcessError:
        return False


def _keep(request: Any, descriptors: list[int]) -> None:
    """Fork the process that renders, and tell its number and its status."""
    number = os.fork()
    if number == 0:
        os.close(descriptors[3])
        _become(*request, descriptors=descriptors[:3])
    for descriptor in descriptors[:3]:
        os.close(descriptor)
    os.write(descriptors[3], b"%d\n" % number)
    status = os.waitstatus_to_exitcode(os.waitpid(number, 0)[1])
    os.write(descriptors[3], b"%d\n" % status)
    os._exit(0)


def _become(arguments: list[str], home: str, environment: dict[str, str], *, descriptors: list[int]) -> None:
    """Become what `python -P -m ARGUMENTS` is."""
    from plumbum import local

    from dazzle_infra.rendering.worker.main import main

    for number, descriptor in enumerate(descriptors):
        os.dup2(descriptor, number)
        os.close(descriptor)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(environment)
    # Copier starts git with the environment and the directory that plumbum found when it was imported.
    local.env.clear()
    local.env.update(environment)
    local.cwd.chdir(home)
    sys.argv = arguments
    status = 1
    try:
        status = main()
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


if __name__ == "__main__":
    _serve(socket.socket(fileno=int(sys.argv[1])))
