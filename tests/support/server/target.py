"""A machine that is a folder, and the scripts of the server template in front of it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path

from tests.support.deploy_target import Disturbance, Images, rewriting, run_script
from tests.support.server.compose import Compose
from tests.support.server.engine import Container, Engine
from tests.support.server.wire import Answer, program, served
from tests.support.server.words import DockerError

__all__ = ["ServerTarget", "files_of", "sent_files_of", "server_target"]

TOOLS = """
awk basename bash busybox cat chmod cmp cp cut dash date df diff dirname env find flock getent grep head id install ip
kill ln ls mkdir mktemp mv od printf readlink rm sed setsid sh sleep sort stat tail tar touch tr true uname uniq wc
""".split()  # noqa: SIM905 - a list of words
"""Programs of the person and of the machine; there is no `ssh` and no `docker` among them."""

FACTS = {"host": "203.0.113.10", "user": "deploy", "port": "22", "jump_host": ""}
REQUIRED = ("BatchMode=yes", "StrictHostKeyChecking=yes", "LogLevel=ERROR")
LEFT = {
    "backup.lock", "commands", "environment", "files", "images.env", "live", "lock-commands", "record", "secrets.lock",
    "tasks.lock",
}  # fmt: skip
"""What the directory `state` contains while no script runs."""

BACKUP = """[ "$*" = --dump ]
echo "with $(sed -n 's/^APP_IMAGE=//p' "${0%/*}/../../state/images.env")" >>"${0%/*}/../../backup/dumps"
"""


class ServerTarget:
    """One environment on a machine.

    Attributes:
        directory: The directory of the application on the machine.
        engine: Docker on the machine.
        plugin: Compose on the machine.
        local: Docker of the person.
        refusal: What ssh says instead of connecting.
        facts: The options that ssh gets.
        connections: The words of each call of ssh but the command.
    """

    environment = "dev"
    process: subprocess.Popen[str] | None = None

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ops = folder / "tree" / "ops"
        self.directory = folder / "machine" / "srv"
        self.images = Images()
        self.engine = Engine(registry={getattr(self.images, name): "amd64" for name in Images.__dataclass_fields__})
        self.plugin = Compose(self.engine)
        self.local = Engine()
        self.refusal = ""
        self.facts = dict(FACTS)
        self.calls = 0
        self.connections: list[list[str]] = []
        self._disturbed: tuple[int, Disturbance] | None = None
        self.variables = {
            "PATH": f"{folder}/person/bin:{folder}/tools",
            "HOME": str(folder / "person"),
            "USER": "somebody",
            "OPS_POLL_SECONDS": "0",
            "OPS_LOCK_SECONDS": "3",
            "OPS_STEADY_SECONDS": "1",
            "OPS_HEALTHY_SECONDS": "4",
            "OPS_MIGRATE_SECONDS": "4",
        }

    def state_fact(self, name: str, value: str) -> None:
        """Change a fact of the environment, for the scripts and for ssh."""
        path = self.ops.parent / "environments/dev.sh"
        path.write_text(re.sub(f"(?m)^{name}=.*$", f"{name}='{value}'", path.read_text()))
        if name in self.facts:
            self.facts[name] = value

    def stub(self, name: str, text: str, *, where: str = "machine") -> None:
        """Write a program of the machine or of the person."""
        path = self.folder / where / "bin" / name
        path.write_text(f"#!/bin/sh\n{text}\n")
        path.chmod(0o755)

    def containers(self) -> list[Container]:
        """Return the containers of the application."""
        return [one for one in self.engine.containers.values() if not one.image.startswith("stack:")]

    def running(self) -> set[str]:
        return {one.image for one in self.containers() if one.status == "running" and not one.command}

    def recorded(self) -> str:
        return (self.directory / "state" / "record").read_text().splitlines()[-1]

    def is_locked(self) -> bool:
        return (self.directory / "state" / "lock").exists()

    def is_tidy(self) -> bool:
        state = self.directory / "state"
        (live,) = (one.name for one in (state / "live").iterdir())
        images = dict(re.findall(r"^(\w+)=(.*)$", (state / "images.env").read_text(), re.M))
        running = [one for one in self.containers() if one.status == "running" and not one.command]
        return (
            {images["APP_IMAGE"], images[f"{live.upper()}_IMAGE"]} == {self.recorded()}
            and images["COMPOSE_PROFILES"] == live
            and {one.service for one in running} == {f"web-{live}", "worker"}
            and {one.name for one in state.iterdir()} <= LEFT
            and files_of(self.directory / "stack") == sent_files_of(self.ops.parent)
        )

    def disturb(self, after: int, how: Disturbance) -> None:
        self._disturbed = self.calls + after, how

    def number_of_calls(self) -> int:
        return self.calls

    def number_of_running_tasks(self) -> int:
        return sum(one.status == "running" and bool(one.command) for one in self.containers())

    def without_login(self) -> None:
        self.refusal = "deploy@203.0.113.10: Permission denied (publickey)."

    @contextmanager
    def another_deployment(self) -> Iterator[None]:
        lock = self.directory / "state" / "lock"
        lock.mkdir()

        def write(number: int) -> None:
            (lock / "new").write_text(f"deploy by somebody\n{number}\n")
            (lock / "new").rename(lock / "holder")

        with rewriting(write):
            yield

    def answer(self, words: Sequence[str]) -> Answer:
        """Answer a call of one of the programs."""
        name, folder, app, blue, green, stdin, *rest = words
        if name == "ssh":
            return self._connect(rest)
        engine = self.engine if name == "docker" else self.local
        engine.commands.append(rest)
        given = {"APP_IMAGE": app, "BLUE_IMAGE": blue, "GREEN_IMAGE": green}
        try:
            if rest[:1] == ["compose"]:
                return 0, self.plugin.call(rest[1:], Path(folder), {k: v for k, v in given.items() if v}), ""
            return 0, engine.call(rest, stdin), ""
        except DockerError as error:
            if error.code == 125:
                engine.wrong.append(str(error))
            return error.code, "", f"{error}\n"

    def _connect(self, words: list[str]) -> Answer:
        options = dict(pairwise(words))
        if "-O" in words:
            return 0, "control", ""
        host = words[-2]
        self.connections.append(words[:-1])
        given = {"host": host, "user": options["-l"], "port": options["-p"], "jump_host": options.get("-J", "")}
        if given != self.facts or not set(REQUIRED) <= set(words):
            self.engine.wrong.append(f"ssh is called with {words[:-1]}")
        self.calls += 1
        how = self._disturbed[1] if self._disturbed and self.calls > self._disturbed[0] else ""
        if how:
            self._disturbed = None
        if self.refusal:
            return 255, "refused", self.refusal + "\n"
        if how == "lost call":
            return 255, how, f"ssh: connect to host {host} port 22: Connection timed out\n"
        if how == "killed":
            # The number of a process that has ended may be that of another one.
            assert self.process is not None
            assert self.process.poll() is None
            os.killpg(self.process.pid, signal.SIGKILL)
        return 0, how or "run", ""


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the contents of the files below a folder."""
    return {str(one.relative_to(folder)): one.read_bytes() for one in folder.rglob("*") if one.is_file()}


def sent_files_of(tree: Path) -> dict[str, bytes]:
    """Return the files that the machine gets."""
    kept = re.compile(r"(ops|ansible)/|.*\.md$|\.git|\.copier-answers")
    return {name: text for name, text in files_of(tree).items() if not kept.match(name)}


@contextmanager
def server_target(rendered: Path, folder: Path, seed: Path | None) -> Iterator[ServerTarget]:
    """Return the environment `dev` of a rendered tree, which runs the first image.

    Args:
        rendered: A rendered tree with an environment `dev`.
        folder: Where the machine is made.
        seed: A folder of the session, in which the machine is set up once; None for a machine that is not set up.
    """
    if seed is not None and not seed.exists():
        with _machine(rendered, seed.with_name(seed.name + "-new")) as target:
            (target.directory / "secrets").mkdir(parents=True, mode=0o700)
            (target.directory / "secrets/PAGER_API_KEY").write_text("key")
            for script, *words in (["setup", "--skip-dns", "dev"], ["deploy", "dev", target.images.first]):
                done = run_script(target, script, *words)
                assert done.code == 0, (script, done)
            (target.folder / "engine.json").write_text(target.engine.saved())
        target.folder.rename(seed)
    with _machine(rendered, folder / "server") as target:
        if seed is not None:
            shutil.copytree(seed / "machine/srv", target.directory)
            target.engine.restore((seed / "engine.json").read_text())
            facts = "environments/dev.sh"
            shutil.copy(target.ops.parent / facts, target.directory / "stack" / facts)
        yield target


@contextmanager
def _machine(rendered: Path, folder: Path) -> Iterator[ServerTarget]:
    """Make a machine on which nothing is set up, and the tree of a person."""
    for name in ("person/bin", "machine/bin", "tools"):
        (folder / name).mkdir(parents=True)
    for tool in TOOLS:
        found = shutil.which(tool)
        if found:
            (folder / "tools" / tool).symlink_to(found)
    shutil.copytree(rendered, folder / "tree")
    # Tests of the backup have their own database.
    (folder / "tree/machine/backup").write_text(BACKUP)
    # Ports that no program of this machine uses.
    with (folder / "tree/environments/dev.env").open("a") as file:
        file.write("HTTP_PORT=61080\nHTTPS_PORT=61443\n")
    facts = folder / "tree/environments/dev.sh"
    facts.write_text(re.sub("^directory=.*$", f"directory='{folder}/machine/srv'", facts.read_text(), flags=re.M))
    remote = f"{folder}/machine/bin:{folder}/tools"
    program(folder / "person/bin/ssh", "ssh", folder / "port", REMOTE_PATH=remote, REMOTE_HOME=f"{folder}/machine")
    program(folder / "machine/bin/docker", "docker", folder / "port")
    program(folder / "person/local-docker", "local", folder / "port")
    target = ServerTarget(folder)
    with ExitStack() as stack:
        stack.enter_context(served(target.answer, folder / "port"))
        yield target
    assert target.engine.wrong == target.local.wrong == []
