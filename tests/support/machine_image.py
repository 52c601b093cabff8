"""A tree of Debian with systemd and sshd, and the packages that playbooks install: made once, in the user's cache.

A machine made of it has no way out: its apt reads the packages from a folder of the tree.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.engine_host import install, suite

__all__ = ["image", "index", "why_no_machine"]

INSTALLED = (
    "ca-certificates", "dbus", "iproute2", "iptables", "openssh-server", "python3", "systemd", "systemd-sysv", "tzdata",
)  # fmt: skip
"""What an image of a provider has, as far as it matters."""

OFFERED = (
    "busybox-static", "docker.io", "fail2ban", "gpg", "nftables", "python3-systemd", "sudo", "systemd-timesyncd",
    "unattended-upgrades",
)  # fmt: skip
"""What roles install, with all that it requires."""

TOOLS = {
    "dpkg-deb": "dpkg",
    "gpg": "gpg",
    "gpg-agent": "gpg-agent",
    "ip": "iproute2",
    "mmdebstrap": "mmdebstrap",
    "nsenter": "util-linux",
    "ssh": "openssh-client",
}
"""Which Debian package has a tool."""

CAPABILITIES = {12: "CAP_NET_ADMIN", 21: "CAP_SYS_ADMIN"}
SOURCES = "deb [trusted=yes] file:/srv/packages ./\n"


def why_no_machine() -> str:
    """Install what is missing; return why no machine can be booted here, or nothing."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0 or not suite():
        return "machines are made from Debian's packages, by root on Debian"
    lines = Path("/proc/self/status").read_text().splitlines()
    [held] = [int(line.split()[1], 16) for line in lines if line.startswith("CapEff:")]
    if missing := [name for bit, name in CAPABILITIES.items() if not held >> bit & 1]:
        return f"a machine mounts file systems and makes networks, which requires {' and '.join(missing)}"
    if not any(line.split()[2] == "cgroup2" for line in Path("/proc/mounts").read_text().splitlines()):
        return "systemd in a container requires control groups of version 2, which are not mounted"
    return install(TOOLS)


def offered(name: str) -> tuple[str, ...]:
    """Return what a machine of the suite can install."""
    # Debian 12 has the client of Docker in docker.io.
    return OFFERED if name == "bookworm" else (*OFFERED, "docker-cli")


def image(name: str) -> Path:
    """Return the archive of a suite of Debian; make it if there is none yet.

    Args:
        name: The suite, such as `bookworm`.
    """
    recipe = hashlib.sha256(repr((name, INSTALLED, offered(name), SOURCES)).encode()).hexdigest()[:12]
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dazzle-infra-tests"
    archive = cache / f"machine-{name}-{recipe}.tar"
    if not archive.is_file():
        cache.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="machine-", dir=cache) as folder:
            made = Path(folder) / "tree.tar"
            _make(name, Path(folder) / "tree", made)
            made.replace(archive)
    return archive


def _make(name: str, tree: Path, archive: Path) -> None:
    fetch = "apt-get install --yes --download-only --no-install-recommends"
    command = [
        "mmdebstrap", "--quiet", "--variant=minbase", "--mode=root", f"--include={','.join(INSTALLED)}",
        "--dpkgopt=force-unsafe-io", "--aptopt=APT::Install-Recommends false",
        f'--customize-hook=chroot "$1" {fetch} {" ".join(offered(name))}',
        '--customize-hook=mkdir "$1/srv/packages" && mv "$1"/var/cache/apt/archives/*.deb "$1/srv/packages"',
        # The keys of a machine are its own, and a service of the network has no work here.
        '--customize-hook=rm -f "$1"/etc/ssh/ssh_host_*',
        name, str(tree),
    ]  # fmt: skip
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"mmdebstrap of {name}: {done.stderr[-2000:]}")
    (tree / "etc/apt/sources.list").write_text(SOURCES)
    index(tree / "srv/packages")
    subprocess.run(["tar", "--numeric-owner", "--xattrs", "-cf", archive, "-C", tree, "."], check=True)


def index(folder: Path) -> Path:
    """Write the index of the packages in a folder, which apt reads; return its path."""
    entries = []
    for package in sorted(folder.glob("*.deb")):
        fields = subprocess.run(["dpkg-deb", "--field", package], capture_output=True, text=True, check=True).stdout
        digest = hashlib.sha256(package.read_bytes()).hexdigest()
        size = package.stat().st_size
        entries.append(f"{fields.strip()}\nFilename: ./{package.name}\nSize: {size}\nSHA256: {digest}\n")
    (folder / "Packages").write_text("\n".join(entries))
    return folder / "Packages"
