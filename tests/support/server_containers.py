"""A stand-in for docker on a server: PostgreSQL and restic of this machine, instead of their containers.

A container of the backup is a namespace whose root has the mounts of compose.backup.yaml, so that its entry point and
its paths are those of the stack. Not seen here: what an image contains, and limits of containers.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.server_directory import Machine, program

__all__ = ["Server", "install_docker", "need_programs", "postgres", "services"]

SYSTEM = ("bin", "dev", "etc", "lib", "lib32", "lib64", "sbin", "usr")


class Server:
    """A PostgreSQL server with a superuser `app`.

    Attributes:
        directory: Its directory, which is also that of its socket.
        port: Its port.
        programs: The directory of its programs.
    """

    port = 5432

    def __init__(self, directory: Path, programs: Path) -> None:
        self.directory, self.programs = directory, programs

    def sql(self, statement: str, database: str = "app", **variables: object) -> str:
        """Run statements with variables of psql, and return what they print."""
        command = [str(self.programs / "psql"), "-qAtX", "-v", "ON_ERROR_STOP=1", "-U", "app", "-d", database]
        command += ["-h", str(self.directory), *(f"-v{name}={value}" for name, value in variables.items())]
        done = subprocess.run(command, input=statement, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def reset(self) -> None:
        """Leave an empty database."""
        for name in ("app", "app_before", "app_restored", "backup_check"):
            self.sql(f"drop database if exists {name} with (force)", "postgres")
        self.sql("create database app template template0", "postgres")


def need_programs(*names: str) -> None:
    """Skip the test where a program is missing."""
    for name in names:
        if not shutil.which(name):
            pytest.skip(f"no {name} on PATH: install it to run the backups in the tests")


@contextmanager
def postgres() -> Iterator[Server]:
    """Run a PostgreSQL server; skip the test where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    if not found:
        pytest.skip("no PostgreSQL in /usr/lib/postgresql: install it to run the backups in the tests")
    programs = found[-1].parent
    # The server does not run as root.
    user = "postgres" if os.geteuid() == 0 else None
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    folder.chmod(0o755)
    if user:
        shutil.chown(folder, user)

    def run(*command: object) -> None:
        words = [str(word) for word in command]
        done = subprocess.run(words, user=user, cwd="/", capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr + done.stdout

    trust = ("--username=app", "--auth-local=trust", "--auth-host=scram-sha-256", "--no-sync")
    run(programs / "initdb", "--pgdata", folder / "data", "--encoding=UTF8", "--locale=C.UTF-8", *trust)
    server = Server(folder, programs)
    options = f"-c listen_addresses='' -c fsync=off -c port={server.port} -k {folder}"
    control = (programs / "pg_ctl", "--pgdata", folder / "data", "--wait")
    run(*control, "--log", folder / "log", "--options", options, "start")
    try:
        yield server
    finally:
        run(*control, "--mode", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


DOCKER = """#!{python} -S
import os, re, subprocess, sys
import json

PROGRAMS, SOCKET, PORT, VOLUMES, LOG, STATE = {programs!r}, {socket!r}, {port!r}, {volumes!r}, {log!r}, {state!r}
SYSTEM = {system!r}
words = sys.argv[1:]
with open(LOG, "a") as log:
    log.write(" ".join(words) + "\\n")


def running():
    with open(STATE) as file:
        return file.read().split()


def note(services):
    with open(STATE, "w") as file:
        file.write(" ".join(services))


def service(name):
    # Enough of YAML for the rendered file.
    text = open("compose.backup.yaml").read()
    part = re.search(r"^  " + name + r":\\n(.*?)(?=^\\S|^  \\w|\\Z)", text, re.S | re.M).group(1)
    mounts = dict(
        (target, (source, mode))
        for source, target, mode in re.findall(r"^      - (\\S+?):(/[^:\\s]+):?(\\S*)$", part, re.M)
    )
    entry = re.search(r"^      - \\|\\n((?:        .*\\n)+)", part, re.M)
    return mounts, entry and entry.group(1).replace("        ", "").replace("$$", "$")


def interpolate(text):
    return re.sub(r"\\$\\{{(\\w+):-([^}}]*)\\}}", lambda found: os.environ.get(found[1]) or found[2], text)


def contained(name, command):
    mounts, entry = service("backup")
    mounts.update(service(name)[0])
    root = "/tmp/root"
    lines = ["mkdir -p " + root, "mount -t tmpfs root " + root, "mkdir -m 1777 " + root + "/tmp"]
    for one in SYSTEM:
        if os.path.isdir("/" + one):
            lines.append("mkdir {{0}}/{{1}}; mount --rbind /{{1}} {{0}}/{{1}}".format(root, one))
    for target, (source, mode) in sorted(mounts.items()):
        source = interpolate(source)
        if not source.startswith((".", "/")):
            source = os.path.join(VOLUMES, source)
            os.makedirs(source, exist_ok=True)
        source = os.path.abspath(source)
        if not os.path.isdir(source):
            sys.exit("no directory " + source)
        lines.append("mkdir -p {{0}}{{1}}; mount --bind '{{2}}' {{0}}{{1}}".format(root, target, source))
        if mode == "ro":
            lines.append("mount -o remount,bind,ro {{0}}{{1}}".format(root, target))
    lines += ["hostname " + os.environ["BACKUP_HOST"], 'exec chroot {{0}} sh -euc "$@"'.format(root)]
    variables = {{"PATH": os.environ["PATH"], "HOME": "/root", "RESTIC_CACHE_DIR": "/cache"}}
    variables["RESTIC_PASSWORD_FILE"] = "/run/restic/password"
    arguments = ["unshare", "--mount", "--uts", "sh", "-euc", "; ".join(lines), "sh", entry, "sh", *command]
    if os.geteuid() != 0:
        arguments.insert(1, "--map-root-user")
    os.execvpe("unshare", arguments, variables)


if words[:1] == ["ps"]:
    sys.exit(0)
del words[0]
while words[0].startswith("--"):
    del words[: 2]
verb, *words = words
if verb == "exec":
    assert words[:2] == ["-T", "postgres"], words
    if "postgres" not in running():
        sys.exit("service \\"postgres\\" is not running")
    command = words[2:]
    variables = {{**os.environ, "PGHOST": SOCKET, "PGPORT": str(PORT)}}
    variables["PATH"] = os.path.dirname(sys.argv[0]) + ":" + PROGRAMS + ":" + os.environ["PATH"]
    os.execvpe(command[0], command, variables)
elif verb == "run":
    while words[0].startswith("-"):
        del words[0]
    contained(words[0], words[1:])
elif verb == "ps":
    print("\\n".join(running()))
elif verb == "stop":
    note([one for one in running() if one not in words])
elif verb in ("start", "up"):
    note(dict.fromkeys(running() + [one for one in words if not one.startswith("-")]))
elif verb not in ("pause", "unpause"):
    sys.exit("unknown: " + verb)
"""


def services(machine: Machine) -> set[str]:
    """Return the services that run."""
    return set((machine.path.parent / "services").read_text().split())


def install_docker(machine: Machine, server: Server, *running: str) -> Path:
    """Put the stand-in into the PATH of the machine; return the file with its calls."""
    need_programs("restic", "unshare", "flock")
    if subprocess.run(["unshare", "--map-root-user", "--mount", "true"], check=False).returncode:
        pytest.skip("no namespaces: this user may not make any")
    folder = machine.path.parent
    (folder / "services").write_text(" ".join(("postgres", *running)))
    log = folder / "docker.log"
    log.touch()
    text = DOCKER.format(
        python=sys.executable,
        programs=str(server.programs),
        socket=str(server.directory),
        port=server.port,
        volumes=str(folder / "volumes"),
        log=str(log),
        state=str(folder / "services"),
        system=SYSTEM,
    )
    program(machine, "docker", re.sub("^#!.*", f"#!{sys.executable} -S", text, count=1))
    return log
