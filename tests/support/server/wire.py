"""Programs `docker` and `ssh` that ask the test what to do: each call is one connection."""

from __future__ import annotations

import os
import shutil
import socketserver
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

__all__ = ["Answer", "program", "served"]

Answer = tuple[int, str, str]
"""An exit code, standard output and standard error."""

CLIENT = r"""#!BASH
# The words, the working directory and some variables go to the test; the answer is an exit code, the sizes of both
# outputs, and the outputs.
export LC_ALL=C
input=''
[ "$*" != load ] || input=$(cat)
set -- "NAME" "$PWD" "${APP_IMAGE-}" "${BLUE_IMAGE-}" "${GREEN_IMAGE-}" "$input" "$@"
exec 9<>"/dev/tcp/127.0.0.1/$(<PORT_FILE)"
{ printf '%s\n' "$#"; for word; do printf '%s\n%s' "${#word}" "$word"; done; } >&9
read -r code out error <&9
IFS= read -r -N "$out" text <&9
IFS= read -r -N "$error" message <&9
printf %s "$message" >&2
"""
DOCKER = r"""printf %s "$text" 2>/dev/null
exit "$code"
"""
SSH = r"""exec 9>&-
export PATH=REMOTE_PATH HOME=REMOTE_HOME USER=deploy
command=${*: -1}
# A machine that protects new files.
umask 077
case $text in
    run) exec sh -c "$command" ;;
    'lost answer')
        sh -c "$command" >/dev/null 2>&1
        echo 'Connection to 203.0.113.10 closed by remote host.' >&2
        exit 255 ;;
    SIG*)
        # The command goes on without the connection.
        exec 8< <(exec setsid sh -c "echo started; exec >/dev/null 2>&1 </dev/null; $command")
        read -r started <&8
        kill -"${text#SIG}" 0 ;;
esac
exit "$code"
"""


def program(path: Path, name: str, port: Path, **values: str) -> None:
    """Write a program `docker` or `ssh`.

    Args:
        path: Where.
        name: What the test calls it.
        port: A file with the port of the test.
        values: Replacements in its text.
    """
    text = CLIENT + (SSH if name == "ssh" else DOCKER)
    values = {**values, "NAME": name, "PORT_FILE": str(port), "BASH": shutil.which("bash") or "/bin/bash"}
    for key, value in values.items():
        text = text.replace(key, value)
    path.write_text(text)
    path.chmod(0o755)


@contextmanager
def served(answer: Callable[[Sequence[str]], Answer], port: Path) -> Iterator[None]:
    """Answer the calls of the programs, one after the other; write the port to a file."""
    lock = threading.Lock()

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            words = [self._word() for _ in range(int(self.rfile.readline()))]
            with lock:
                code, output, errors = answer(words)
            texts = [os.fsencode(output), os.fsencode(errors)]
            self.wfile.write(b"%d %d %d\n" % (code, *map(len, texts)) + b"".join(texts))

        def _word(self) -> str:
            return os.fsdecode(self.rfile.read(int(self.rfile.readline())))

    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 64

    with Server(("127.0.0.1", 0), Handler) as server:
        port.write_text(str(server.server_address[1]))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()
