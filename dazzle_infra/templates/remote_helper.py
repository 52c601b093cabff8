"""`git-remote-dazzle-infra`: lets git itself fetch the embedded templates, as `dazzle-infra://docker`.

git starts the helper by the scheme of the URL (gitremote-helpers). It offers `connect` alone, for fetching alone, and
hands the connection to `git upload-pack` on the unpacked repository.
"""

from __future__ import annotations

import os
import sys

from dazzle_infra.errors import DazzleInfraError
from dazzle_infra.templates.embedded import SCHEME, embedded_repository
from dazzle_infra.templates.git import isolated_environment

__all__ = ["main"]


def _read_line() -> str:
    """Read one line of standard input and not a byte more: what follows belongs to `git upload-pack`."""
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
            sys.stderr.write(f"dazzle-infra: {url} can be cloned and fetched, not more ({command})\n")
            return 1
    return 0


def main() -> int:
    """Serve one connection; git gives the remote's name and its URL."""
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
