"""A PostgreSQL of this machine for tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.servers import free_port, running

__all__ = ["postgres"]

_NOBODY = 65534


@contextmanager
def postgres(user: str, password: str) -> Iterator[int]:
    """Run PostgreSQL with a user and a database of the same name; yield its port. Skip the test without it."""
    # Debian's programs are not on PATH.
    places = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
    found = shutil.which("initdb")
    if not places and not found:
        pytest.skip("no PostgreSQL: neither Debian's package `postgresql` nor initdb on PATH")
    binaries = places[-1] if places else Path(found or "").resolve().parent
    # It refuses to run as root, and cannot read the folders of tests as anybody else.
    owner = _NOBODY if os.geteuid() == 0 else None
    folder, port = Path(tempfile.mkdtemp(prefix="postgres-")), free_port()
    try:
        (folder / "password").write_text(password)
        if owner is not None:
            for path in (folder, folder / "password"):
                os.chown(path, owner, owner)
        data = str(folder / "data")
        create = ["--auth=scram-sha-256", f"--username={user}", f"--pwfile={folder / 'password'}", "--no-sync"]
        subprocess.run(
            [binaries / "initdb", data, *create], cwd="/", check=True, capture_output=True, user=owner, group=owner
        )
        settings = (f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", "fsync=off")
        options = [word for setting in settings for word in ("-c", setting)]
        with running([str(binaries / "postgres"), "-D", data, *options], port, folder, {}, user=owner):
            where = ["--host=127.0.0.1", f"--port={port}", f"--username={user}", user]
            subprocess.run(
                [binaries / "createdb", *where], check=True, capture_output=True, env={"PGPASSWORD": password}
            )
            yield port
    finally:
        shutil.rmtree(folder, ignore_errors=True)
