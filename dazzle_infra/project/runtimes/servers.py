"""What a server of Python needs from the proxy or load balancer in front of it, by its command and its version.

Sources, tested with the releases:

- uvicorn, `ProxyHeadersMiddleware`: ranges of addresses since 0.31.0; with `*` the client is the first address of
  X-Forwarded-For, which the client can choose. `--timeout-keep-alive`: 5 seconds by default.
- gunicorn, `forwarded_allow_ips`: ranges since 24.0.0; 23.0.0 does not start with one, older releases ignore it. Of the
  headers, its own workers use only X-Forwarded-Proto. `keepalive`: 2 seconds by default; `sync` workers close each
  connection.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, NamedTuple, TypeAlias

from packaging.version import Version

from dazzle_infra.project.packages.locked import Locked

__all__ = ["KEEP_ALIVE_SECONDS", "SERVERS", "Front", "UnreadRange", "front_of", "unread_range"]

Front: TypeAlias = Literal["proxy", "network", "any"]
"""What is in front of a server: `proxy`, a proxy of the same host; a load balancer of the same network, whose range of
addresses the server trusts (`network`), or that the server trusts because nothing else can connect (`any`)."""

KEEP_ALIVE_SECONDS: Final = 75
"""Seconds that servers keep idle connections; load balancers of AWS close them after 60 by default (Elastic Load
Balancing, "Application Load Balancers", connection idle timeout)."""

_BALANCER_SECONDS: Final = 60
_RANGES_SINCE: Final = {"gunicorn": Version("24.0.0"), "uvicorn": Version("0.31.0")}
_PLAIN_WORKERS: Final = {"gthread", "sync"}

SERVERS: Final = tuple(_RANGES_SINCE)
"""The packages of the servers whose versions matter."""


class UnreadRange(NamedTuple):
    """A range of addresses that the locked version of a server does not read.

    Attributes:
        server: The package.
        locked: Its version.
        since: The first version that reads ranges.
        option: The option of the command.
    """

    server: str
    locked: Locked
    since: Version
    option: str


def front_of(command: Sequence[str], locked: Mapping[str, Locked]) -> Front:
    """Return what has to be in front of a server; `proxy` for every server that is not known to work without one.

    Args:
        command: The command of the server.
        locked: The versions of servers that the project states.
    """
    server = _server(command)
    if server == "uvicorn" and _reads_ranges(server, locked) and _keeps_alive(command, "--timeout-keep-alive"):
        return "network"
    if server == "gunicorn":
        worker = _value(command, "--worker-class", "-k") or "sync"
        has_threads = worker == "gthread" or (_value(command, "--threads") or "1") != "1"
        if worker in _PLAIN_WORKERS and (not has_threads or _keeps_alive(command, "--keep-alive")):
            return "any"
    return "proxy"


def unread_range(command: Sequence[str], locked: Mapping[str, Locked]) -> UnreadRange | None:
    """Return the range of addresses in a command that the locked version of its server does not read; None if none."""
    server, option = _server(command), "--forwarded-allow-ips"
    value = _value(command, option) or ""
    if server is None or "/" not in value or _reads_ranges(server, locked):
        return None
    return UnreadRange(server, locked[server], _RANGES_SINCE[server], f"{option} {value}")


def _server(command: Sequence[str]) -> str | None:
    """Return the server that a command starts, also as `python -m SERVER`; None for another program."""
    words = [*command[:3]]
    if len(words) == 3 and words[0].rpartition("/")[2].startswith("python") and words[1] == "-m":
        words = words[2:]
    program = words[0].rpartition("/")[2] if words else ""
    return program if program in _RANGES_SINCE else None


def _reads_ranges(server: str, locked: Mapping[str, Locked]) -> bool:
    return server not in locked or locked[server].version >= _RANGES_SINCE[server]


def _keeps_alive(command: Sequence[str], option: str) -> bool:
    seconds = _value(command, option) or ""
    return seconds.isdigit() and int(seconds) > _BALANCER_SECONDS


def _value(command: Sequence[str], *options: str) -> str | None:
    """Return the last value of an option: `--option VALUE`, `--option=VALUE` or `-kVALUE`."""
    found = None
    for word, following in zip(command, [*command[1:], ""], strict=True):
        for option in options:
            if word == option:
                found = following
            elif word.startswith(f"{option}="):
                found = word.partition("=")[2]
            elif len(option) == 2 and word.startswith(option) and len(word) > 2:
                found = word[2:]
    return found
