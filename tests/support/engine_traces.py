"""What a Docker daemon leaves on a machine outside its own folder: taken away again where it was not before."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["no_traces"]

FOLDERS = tuple(map(Path, ("/etc/docker", "/opt/containerd", "/run/containerd", "/run/docker", "/run/runc")))
GROUPS = Path("/sys/fs/cgroup")
BRIDGE = Path("/sys/class/net/docker0")
FORWARDING = Path("/proc/sys/net/ipv4/ip_forward")
TABLES = {
    "filter": ("INPUT", "FORWARD", "OUTPUT"),
    "nat": ("PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"),
    "raw": ("PREROUTING", "OUTPUT"),
}
"""The tables that a daemon writes to, and the chains of an empty one."""


@contextmanager
def no_traces() -> Iterator[None]:
    """Run the block, and put this machine's folders, control groups and network back as they were.

    The network is left alone where the bridge was there before: another engine runs, and its rules are not ours.
    """
    folders = [folder for folder in FOLDERS if not folder.exists()]
    groups = [group for group in (GROUPS / "docker", *GROUPS.glob("*/docker")) if group.exists()]
    rules = None if BRIDGE.exists() else _rules()
    forwarding = FORWARDING.read_text()
    try:
        yield
    finally:
        for folder in folders:
            shutil.rmtree(folder, ignore_errors=True)
        for group in {GROUPS / "docker", *GROUPS.glob("*/docker")} - set(groups):
            _remove_group(group)
        if rules is not None:
            subprocess.run(["ip", "link", "delete", BRIDGE.name], capture_output=True, check=False)
            for program, text in rules:
                subprocess.run([f"{program}-restore"], input=text, capture_output=True, text=True, check=False)
            FORWARDING.write_text(forwarding)


def _rules() -> list[tuple[str, str]]:
    """Return each table as it is now, for the program that it came from: what that program's `-restore` reads."""
    found = []
    for program in ("iptables", "ip6tables"):
        for table, chains in TABLES.items():
            command = [f"{program}-save", "--table", table]
            done = subprocess.run(command, capture_output=True, text=True, check=False)
            empty = "\n".join((f"*{table}", *(f":{chain} ACCEPT" for chain in chains), "COMMIT\n"))
            found.append((program, done.stdout or empty))
    return found


def _remove_group(group: Path) -> None:
    """Remove a control group and those in it where no process is left; the kernel's files go with their folder."""
    for folder, _, _ in os.walk(group, topdown=False):
        try:
            Path(folder).rmdir()
        except OSError:
            continue
