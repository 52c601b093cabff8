"""`git-remote-dazzle-infra`, by which git fetches the embedded templates from `dazzle-infra://docker`.

git starts the helper because of the scheme of the URL (gitremote-helpers(7)). It supports only `connect` for fetches,
and passes the connection to `git upload-pack` for the unpacked repository.
"""

from __future__ import annotations

import os
import sys

from dazzle_infra.errors import DazzleInfraError
from dazzle_infra.templates.embedded import SCHEME, embedded_repository
from dazzle_infra.templates.git import isolated_environment

__all__ = ["main"]


def _read_line() -> str:
    """Read one line of standard input without buffering, because `git upload-pack` reads the rest."""
    line = bytearray()
    while (byte := os.read(0, 1)) not in (b"", b"\n"):
        line += byte
    return line.decode()


def _answer(text: str) -> None:
    os.write(1, text.encode())


def _serve(url: str) -> int:
    repository = embedded_repository(url.removeprefix(SCHEME).strip("/"))
    while command := _read_line():
        if command == "capabilities":
            _answer("connect\n\n")
        elif command == "connect git-upload-pack":
            _answer("\n")
            os.execvpe("git", ["git", "upload-pack", str(repository)], isolated_environment())  # noqa: S606
        else:
            sys.stderr.write(f"dazzle-infra: {url} supports only clone and fetch ({command})\n")
            return 1
    return 0


def main() -> int:
    """Serve one connection. git passes the name of the remote and its URL as arguments."""
    if len(sys.argv) != 3:
        sys.stderr.write("git-remote-dazzle-infra is started by git: git clone dazzle-infra://docker\n")
        return 2
    try:
        return _serve(sys.argv[2])
    except DazzleInfraError as error:
        sys.stderr.write(f"dazzle-infra: {error.message}; {error.hint or ''}\n")
        return 1


if __name__ == "__main__":
    sys.exit(main())
