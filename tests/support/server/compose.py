"""Compose as the scripts call it: services of the rendered files, on the engine."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.support.server.engine import STEPS, Container, Engine
from tests.support.server.words import DockerError, Options, read_options, unknown

__all__ = ["Compose"]

APPLICATION = {"compose.web.yaml", "compose.worker.yaml", "compose.tasks.yaml"}
"""Files of services that run the image of the application."""


class Compose:
    """The plug-in of an engine.

    Attributes:
        reloads: How often Caddy has read its files again.
        reload_error: Why it does not accept them.
        config_error: Why Compose does not accept its files.
        asked: The last address that was asked for its health, and the headers.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.reloads = 0
        self.reload_error = ""
        self.config_error = ""
        self.asked: tuple[str, list[str]] = ("", [])

    def call(self, words: Sequence[str], folder: Path, environment: Mapping[str, str]) -> str:
        """Run a command and return its output.

        Args:
            words: The words after `docker compose`.
            folder: The working directory.
            environment: The environment variables.
        """
        if list(words) == ["version", "--short"]:
            if not self.engine.compose:
                raise DockerError("docker: unknown command: docker compose")
            return self.engine.compose + "\n"
        globals_ = ("--project-name", "--project-directory", "--env-file", "--progress")
        found, rest = read_options(words, (), globals_, leading=True)
        known = {"up": self.up, "run": self.run, "exec": self.exec, "config": self.config, "kill": self.kill}
        if not rest or rest[0] not in known:
            raise unknown(words)
        project = _Project(found, folder, environment)
        return known[rest[0]](project, rest[1:])

    def up(self, project: _Project, words: Sequence[str]) -> str:
        found, services = read_options(words, ("--detach", "--wait", "--no-deps", "--force-recreate"))
        if "--detach" not in found or not services:
            raise unknown(words)
        for service in services:
            image = project.image_of(service)
            before = [one for one in self._containers(service) if not one.command]
            kept = [one.id for one in before if one.image == image and "--force-recreate" not in found]
            self.engine.rm(["--force", *(one.id for one in before if one.id not in kept)])
            self.engine.start(kept)
            if not kept:
                labels = project.labels(service, oneoff=False)
                self.engine.create(f"{project.name}-{service}-1", image, labels, [])
        return ""

    def run(self, project: _Project, words: Sequence[str]) -> str:
        flags = ("--detach", "--no-deps", "-T", "--rm")
        found, (service, *command) = read_options(words, flags, ("--name", "--label"), leading=True)
        image = project.image_of(service)
        if "--rm" in found:
            return ""
        labels = project.labels(service, oneoff=True)
        labels |= dict(one.split("=", 1) for one in found["--label"])
        return self.engine.create(found["--name"][0], image, labels, command or [service]).id + "\n"

    def config(self, project: _Project, words: Sequence[str]) -> str:
        if list(words) != ["--quiet"] or not project.files:
            raise unknown(words)
        if self.config_error:
            raise DockerError(self.config_error)
        return ""

    def kill(self, _: _Project, words: Sequence[str]) -> str:
        if list(words) != ["--signal", "HUP", "alertmanager"]:
            raise unknown(words)
        return ""

    def exec(self, project: _Project, words: Sequence[str]) -> str:
        found, (service, *command) = read_options(words, ("-T",), (), leading=True)
        if service != "caddy" or "-T" not in found:
            raise unknown(words)
        if not any(one.status == "running" for one in self._containers(service)):
            raise DockerError('service "caddy" is not running')
        if command[:2] == ["caddy", "reload"]:
            if self.reload_error:
                raise DockerError(self.reload_error)
            self.reloads += 1
            return ""
        if command[0] != "wget":
            raise unknown(words)
        asked, (address,) = read_options(command[1:], ("-q",), ("-T", "-O", "--header"))
        self.asked = (address, asked["--header"])
        match = re.fullmatch(r"http://([a-z0-9-]+):\d+/.*", address)
        for one in self._containers(match[1] if match else ""):
            one.looks += 1
            if one.status == "running" and one.looks >= STEPS and not re.search("endless|unhealthy", one.image):
                return ""
        raise DockerError("wget: can't connect to remote host: Connection refused")

    def _containers(self, service: str) -> list[Container]:
        return [one for one in self.engine.containers.values() if one.service == service]


class _Project:
    """The files of a project and their variables."""

    def __init__(self, found: Options, folder: Path, environment: Mapping[str, str]) -> None:
        (self.name,) = found["--project-name"]
        folder = folder / found["--project-directory"][0]
        self.variables: dict[str, str] = {}
        for path in found["--env-file"]:
            lines = (folder / path).read_text().splitlines()
            self.variables |= dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
        # The variables of the shell count more (Docker documentation, "Set, use, and manage variables").
        self.variables |= environment
        if not (folder / "../run/app.env").exists():
            raise DockerError(f"env file {folder.parent}/run/app.env not found")
        self.files: dict[str, str] = {}
        for file in folder.glob("compose.*.yaml"):
            block = re.search(r"^services:\n((?:[ #].*\n|\n)*)", file.read_text(), re.M)
            if block and file.name != "compose.base.yaml":
                self.files |= dict.fromkeys(re.findall(r"^  ([a-z0-9-]+):$", block[1], re.M), file.name)

    def image_of(self, service: str) -> str:
        if service not in self.files:
            raise DockerError(f"no such service: {service}")
        if self.files[service] not in APPLICATION:
            return f"stack:{service}"
        color = service.rpartition("-")[2].upper()
        return self.variables.get(f"{color}_IMAGE" if color in ("BLUE", "GREEN") else "APP_IMAGE") or "unset"

    def labels(self, service: str, *, oneoff: bool) -> dict[str, str]:
        prefix = "com.docker.compose."
        return {f"{prefix}project": self.name, f"{prefix}service": service, f"{prefix}oneoff": str(oneoff)}
