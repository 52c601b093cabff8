"""A machine for playbooks: Debian that boots systemd in namespaces of its own, reached by SSH from a second network."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from pathlib import Path

__all__ = ["ADDRESSES", "OUTSIDE", "STRANGER", "Machine"]

ADDRESSES = ("192.0.2.2", "2001:db8:1::2")
"""Addresses of the machine: those of documentation, in networks that exist in namespaces alone."""

OUTSIDE = ("192.0.2.1", "2001:db8:1::1")
"""Addresses of the other network, where Ansible runs."""

STRANGER = "192.0.2.66"
"""A further address of the other network."""

BOOT = 90
ROOT = Path("/")

# /proc/sys belongs to the whole host but for its network, and stays as it is.
INNER = """
set -eu
tree=$1
mount --make-rprivate /
mount --bind "$tree" "$tree"
mount -t proc proc "$tree/proc"
mount --bind "$tree/proc/sys" "$tree/proc/sys"
mount -o remount,bind,ro "$tree/proc/sys"
mount --bind "$tree/proc/sys/net" "$tree/proc/sys/net"
mount -o remount,bind,rw "$tree/proc/sys/net"
mount -t sysfs -o ro sysfs "$tree/sys"
mount -t cgroup2 cgroup2 "$tree/sys/fs/cgroup"
mount -t tmpfs tmpfs "$tree/run"
mount -t tmpfs tmpfs "$tree/tmp"
mount -t tmpfs -o mode=755 tmpfs "$tree/dev"
for node in null:1:3 zero:1:5 full:1:7 random:1:8 urandom:1:9 tty:5:0; do
    rest=${node#*:}
    mknod -m 666 "$tree/dev/${node%%:*}" c "${rest%:*}" "${rest#*:}"
done
mkdir "$tree/dev/pts" "$tree/dev/shm"
mount -t devpts -o newinstance,ptmxmode=0666,mode=620,gid=5 devpts "$tree/dev/pts"
ln -s pts/ptmx "$tree/dev/ptmx"
mount -t tmpfs tmpfs "$tree/dev/shm"
hostname machine
ip link set lo up
exec chroot "$tree" env -i container=lxc PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd
"""


class Machine:
    """One machine.

    Attributes:
        folder: Where all of it lies.
        tree: Its file system.
    """

    def __init__(self, folder: Path, archive: Path) -> None:
        """Unpack the archive; give the machine keys of its own, and root the key of the tests.

        Args:
            folder: An empty folder.
            archive: What `machine_image.image` made.
        """
        self.folder, self.tree = folder, folder / "tree"
        self.key = folder / "key"
        self._processes: list[subprocess.Popen[bytes]] = []
        self._group = _control_groups() / f"machine-{os.getpid()}-{folder.name}"
        self.tree.mkdir()
        _run("tar", "--numeric-owner", "--xattrs", "-xf", archive, "-C", self.tree)
        _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "tests", "-f", self.key)
        _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", self.tree / "etc/ssh/ssh_host_ed25519_key")
        (self.tree / "etc/hostname").write_text("machine\n")
        (self.tree / "etc/hosts").write_text("127.0.0.1 localhost machine\n::1 localhost machine\n")
        (self.tree / "etc/resolv.conf").write_text("")
        (self.tree / "root/.ssh").mkdir(mode=0o700, exist_ok=True)
        shutil.copy(self.key.with_name("key.pub"), self.tree / "root/.ssh/authorized_keys")

    @property
    def public_key(self) -> str:
        """The key that the tests log in with."""
        return self.key.with_name("key.pub").read_text().strip()

    def start(self) -> None:
        """Boot the machine and connect it with the other network; wait until SSH answers."""
        self._group.mkdir()
        inner = self.folder / "boot.sh"
        # A process of the group makes the namespaces, so that the group is the root of the machine's hierarchy.
        inner.write_text(INNER)
        join = f'echo 0 > "{self._group}/cgroup.procs"; exec unshare --mount --pid --fork --uts --ipc --net --cgroup'
        with (self.folder / "boot.log").open("wb") as log:
            for command in (
                ["sh", "-c", f'{join} --kill-child sh "{inner}" "{self.tree}"'],
                ["unshare", "--net", "sleep", "infinity"],
            ):
                self._processes.append(
                    subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
                )
        self._wait("the first process", lambda: bool(self._init()))
        self._connect()
        states = ("running", "degraded")
        self._wait("systemd", lambda: self.inside("systemctl is-system-running", check=False).strip() in states)
        self._wait("sshd", lambda: self.answers(22))

    def restart(self) -> None:
        """Cut the power, and boot the machine again."""
        self._end()
        self.start()

    def stop(self) -> None:
        """Stop the machine; nothing of it is left."""
        self._end()
        _run("rm", "-rf", "--one-file-system", self.folder)

    def _end(self) -> None:
        for process in self._processes:
            # `unshare` waits for what it started, and ignores every other signal.
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        deadline = time.monotonic() + BOOT
        while self._group.exists() and time.monotonic() < deadline:
            for below, _, _ in os.walk(self._group, topdown=False):
                try:
                    Path(below).rmdir()
                except OSError:
                    time.sleep(0.1)
        self._processes.clear()

    def inside(self, script: str, *, check: bool = True) -> str:
        """Run a script as root on the machine, and return what it printed.

        Args:
            script: Of the shell.
            check: Whether a failure is one of the test.
        """
        enter = ["nsenter", "--target", str(self._init()), "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup"]
        command = [*enter, "--root", "--wd", "sh", "-c", script]
        path = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root", "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            command, env=path, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120
        )
        assert not check or done.returncode == 0, f"{script}: {done.stdout}{done.stderr}"
        return done.stdout + ("" if check else done.stderr)

    def outside(self, *command: str) -> list[str]:
        """Return a command that runs in the other network."""
        return ["nsenter", "--target", str(self._processes[1].pid), "--net", *command]

    def answers(self, port: int, address: str = ADDRESSES[0], source: str = "") -> bool:
        """Say whether a TCP port of the machine accepts connections from the other network.

        Args:
            port: The port.
            address: Which of the machine's addresses.
            source: From which address; by default any.
        """
        probe = (
            "import socket, sys; host, port, source = sys.argv[1:];"
            "socket.create_connection((host, int(port)), 1, (source, 0) if source else None).close()"
        )
        command = self.outside("python3", "-c", probe, address, str(port), source)
        return subprocess.run(command, capture_output=True, check=False, timeout=30).returncode == 0

    def _connect(self) -> None:
        outside, inside = str(self._processes[1].pid), str(self._init())
        _run(*self.outside("ip", "link", "add", "machine0", "type", "veth", "peer", "name", "eth0", "netns", inside))
        for enter, device, addresses in (
            (["nsenter", "--target", outside, "--net"], "machine0", OUTSIDE),
            (["nsenter", "--target", inside, "--net"], "eth0", ADDRESSES),
        ):
            _run(*enter, "ip", "link", "set", "lo", "up")
            _run(*enter, "ip", "address", "add", f"{addresses[0]}/24", "dev", device)
            _run(*enter, "ip", "address", "add", f"{addresses[1]}/64", "dev", device, "nodad")
            _run(*enter, "ip", "link", "set", device, "up")
        _run(*self.outside("ip", "address", "add", f"{STRANGER}/24", "dev", "machine0"))
        _run("nsenter", "--target", inside, "--net", "ip", "route", "add", "default", "via", OUTSIDE[0])

    def _init(self) -> int:
        """Return the machine's first process, as this machine numbers it; 0 if there is none yet."""
        [unshare, *_] = self._processes
        children = Path(f"/proc/{unshare.pid}/task/{unshare.pid}/children").read_text().split()
        return int(children[0]) if children else 0

    def _wait(self, what: str, ready: object) -> None:
        assert callable(ready)
        deadline = time.monotonic() + BOOT
        while not ready():
            if time.monotonic() > deadline or any(process.poll() is not None for process in self._processes):
                raise RuntimeError(f"{what} did not start: {(self.folder / 'boot.log').read_text()[-3000:]}")
            time.sleep(0.2)


def _control_groups() -> Path:
    """Return where control groups of version 2 are mounted."""
    lines = [line.split() for line in Path("/proc/mounts").read_text().splitlines()]
    return next(Path(fields[1]) for fields in lines if fields[2] == "cgroup2")


def _run(*command: object) -> None:
    words = [str(word) for word in command]
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(words)}: {done.stderr[-2000:]}")
