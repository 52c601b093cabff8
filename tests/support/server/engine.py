"""Docker as the scripts call it. Each look at a container of the application moves it on.

A command, an option or a format that is not known here ends with the code 125, and the test fails.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from tests.support.server.words import DockerError, read_options, unknown

__all__ = ["STEPS", "Container", "Engine"]

STEPS = 2
"""How often a version or a task is looked at before it is healthy or over."""

SERVICE = "com.docker.compose.service"


@dataclass
class Container:
    """A container; one with a command ends."""

    id: str
    name: str
    image: str
    started: int
    labels: dict[str, str]
    command: list[str]
    logs: str
    status: str = "running"
    code: int = 0
    restarts: int = 0
    looks: int = 0

    @property
    def service(self) -> str:
        """The service of Compose."""
        return self.labels[SERVICE]


FORMATS: dict[str, Callable[[Container], str]] = {
    "{{.ID}}": lambda one: one.id,
    r'{{"\t"}}': lambda one: "\t",
    "{{.State.Status}}": lambda one: one.status,
    "{{.State.ExitCode}}": lambda one: str(one.code),
    "{{.State.OOMKilled}}": lambda one: str(one.code == 137).lower(),
    "{{.State.Error}}": lambda one: "",
    "{{.State.StartedAt}}": lambda one: f"2026-01-01T00:00:00.{one.started:03}Z",
    "{{.RestartCount}}": lambda one: str(one.restarts),
    "{{.Config.Image}}": lambda one: one.image,
}
LABEL = re.compile(r'\{\{(?:index \.Config\.Labels|\.Label) "([a-z.]+)"\}\}')


@dataclass
class Engine:
    """The engine of the machine.

    Attributes:
        architecture: Its processor, as Docker names it.
        compose: The version of Compose; empty where it is not installed.
        root: The folder of the images.
        refusal: Why it does not answer.
        registry: Images of the registry with their architectures.
        pull_error: Why no image can be pulled.
        containers: By ID.
        images: Images that were pulled, with their architectures.
        commands: Each command.
        wrong: Commands that are not known.
    """

    architecture: str = "amd64"
    compose: str = "2.40.3"
    root: str = "/"
    refusal: str = ""
    registry: dict[str, str] = field(default_factory=dict)
    pull_error: str = ""
    containers: dict[str, Container] = field(default_factory=dict)
    images: dict[str, str] = field(default_factory=dict)
    number: int = 0
    commands: list[list[str]] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def saved(self) -> str:
        """Return containers and images as text."""
        found = {name: asdict(one) for name, one in self.containers.items()}
        return json.dumps({"containers": found, "images": self.images, "number": self.number})

    def restore(self, text: str) -> None:
        """Take containers and images from a text."""
        state: dict[str, Any] = json.loads(text)
        self.containers = {name: Container(**one) for name, one in state["containers"].items()}
        self.images, self.number = state["images"], state["number"]

    def next(self) -> int:
        """Return a new number."""
        self.number += 1
        return self.number

    def call(self, words: Sequence[str], stdin: str) -> str:
        """Run a command and return its output."""
        known: dict[str, Callable[[Sequence[str]], str]] = {
            "container inspect": self.inspect,
            "image inspect": self.image_inspect,
            "image rm": self.image_rm,
            "info": self.info,
            "logs": self.logs,
            "ps": self.ps,
            "pull": self.pull,
            "rm": self.rm,
            "save": self.save,
            "start": self.start,
            "stop": self.stop,
            "version": self.version,
        }
        if list(words) == ["load"]:
            self.images |= json.loads(stdin)
            return ""
        for size in (1, 2):
            if " ".join(words[:size]) in known:
                return known[" ".join(words[:size])](words[size:])
        raise unknown(words)

    def version(self, words: Sequence[str]) -> str:
        if list(words) != ["--format", "{{.Server.Version}} {{.Server.Arch}}"]:
            raise unknown(words)
        if self.refusal:
            raise DockerError(self.refusal)
        return f"28.2.2 {self.architecture}\n"

    def info(self, words: Sequence[str]) -> str:
        if list(words) != ["--format", "{{.DockerRootDir}}"]:
            raise unknown(words)
        return self.root + "\n"

    # Containers.

    def find(self, name: str) -> Container:
        """Return a container by its ID or name."""
        for one in self.containers.values():
            if name in (one.id, one.name):
                return one
        raise DockerError(f"Error response from daemon: No such container: {name}")

    def create(self, name: str, image: str, labels: dict[str, str], command: Sequence[str]) -> Container:
        """Create and start a container."""
        if any(one.name == name for one in self.containers.values()):
            raise DockerError(f'Error response from daemon: Conflict. The container name "/{name}" is already in use')
        if not image.startswith("stack:") and image not in self.images:
            self.pull(["--quiet", image])
        text = f"ran {' '.join(command)}\n" if command else f"{labels[SERVICE]} serves\n"
        made = Container(f"{self.next():012x}", name, image, self.next(), labels, list(command), text)
        self.containers[made.id] = made
        return made

    def ps(self, words: Sequence[str]) -> str:
        found, rest = read_options(words, ("--all", "--quiet"), ("--filter", "--format"))
        filters = [one.removeprefix("label=").partition("=") for one in found.get("--filter", [])]
        if rest or any(not one.startswith("label=") for one in found.get("--filter", [])):
            raise unknown(words)
        shown = [
            one
            for one in self.containers.values()
            if ("--all" in found or one.status == "running")
            and all(one.labels.get(key) == value for key, _, value in filters)
        ]
        return "".join(_shown(found.get("--format", ["{{.ID}}"])[0], one) + "\n" for one in shown)

    def inspect(self, words: Sequence[str]) -> str:
        found, names = read_options(words, (), ("--format",))
        output = ""
        for name in names:
            one = self.find(name)
            self._look(one)
            output += _shown(found.get("--format", [""])[0], one) + "\n"
        return output

    def _look(self, one: Container) -> None:
        """Move a container of the application on."""
        if one.status != "running":
            return
        if not one.command:
            if "unhealthy" in one.image:
                one.restarts += 1
                one.started = self.next()
            return
        one.looks += 1
        if one.looks >= STEPS and "endless" not in one.image:
            one.status = "exited"
            one.code = int(one.command[1]) if one.command[0] == "exit" else int("failing" in one.image)

    def logs(self, words: Sequence[str]) -> str:
        found, names = read_options(words, ("--timestamps",), ("--since", "--tail"))
        if len(names) != 1 or not re.fullmatch(r"\d+m", found.get("--since", ["1m"])[0]):
            raise unknown(words)
        one = self.find(names[0])
        if "--timestamps" not in found:
            return one.logs
        lines = one.logs.splitlines(keepends=True)
        return "".join(f"2026-01-01T00:00:00.{one.started + at:09}Z {line}" for at, line in enumerate(lines))

    def start(self, words: Sequence[str]) -> str:
        for name in words:
            one = self.find(name)
            if one.status != "running":
                one.status, one.started = "running", self.next()
        return "".join(f"{name}\n" for name in words)

    def stop(self, words: Sequence[str]) -> str:
        for name in words:
            one = self.find(name)
            if one.status == "running":
                one.status, one.code = "exited", 143
        return "".join(f"{name}\n" for name in words)

    def rm(self, words: Sequence[str]) -> str:
        found, names = read_options(words, ("--force", "--volumes"))
        for name in names:
            one = self.find(name)
            if one.status == "running" and "--force" not in found:
                raise DockerError(f"Error response from daemon: cannot remove container {name}: container is running")
            del self.containers[one.id]
        return "".join(f"{name}\n" for name in names)

    # Images.

    def pull(self, words: Sequence[str]) -> str:
        found, names = read_options(words, ("--quiet",))
        if len(names) != 1 or not found:
            raise unknown(words)
        if self.pull_error:
            raise DockerError(self.pull_error)
        if names[0] not in self.registry:
            raise DockerError(f"Error response from daemon: manifest for {names[0]} not found: manifest unknown")
        self.images[names[0]] = self.registry[names[0]]
        return names[0] + "\n"

    def image_inspect(self, words: Sequence[str]) -> str:
        found, names = read_options(words, (), ("--format",))
        if names[0] not in self.images:
            raise DockerError(f"Error response from daemon: No such image: {names[0]}")
        text = found.get("--format", [""])[0].replace("{{.Id}}", "sha256:" + names[0].encode().hex())
        text = text.replace("{{.Architecture}}", self.images[names[0]])
        if "{{" in text:
            raise unknown(words)
        return text + "\n"

    def image_rm(self, words: Sequence[str]) -> str:
        for name in words:
            if any(one.image == name for one in self.containers.values()):
                raise DockerError("Error response from daemon: conflict: unable to remove repository reference")
            if self.images.pop(name, None) is None:
                raise DockerError(f"Error response from daemon: No such image: {name}")
        return ""

    def save(self, words: Sequence[str]) -> str:
        self.image_inspect(words)
        return json.dumps({words[0]: self.images[words[0]]})


def _shown(text: str, one: Container) -> str:
    """Return a Go template with the values of a container."""
    shown = LABEL.sub(lambda match: one.labels.get(match[1], ""), text)
    for key, value in FORMATS.items():
        shown = shown.replace(key, value(one))
    if "{{" in shown:
        raise unknown([text])
    return shown
