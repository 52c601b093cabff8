"""The Docker backend: a Compose stack for local development, nothing of a cloud."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import ClassVar

from dazzle_infra.answers import DockerAnswers
from dazzle_infra.answers.for_docker import docker_answers
from dazzle_infra.answers.project import DAZZLES_MINOR, read_project_files
from dazzle_infra.answers.provenance import DOCKER_SOURCES, provenance
from dazzle_infra.backends.base import Application, Backend, Capabilities, Served, TemplateChoice
from dazzle_infra.errors import ManifestError
from dazzle_infra.hooks import DevelopmentSecrets, Hook, HookContext, HookResult
from dazzle_infra.inference.model import Need
from dazzle_infra.manifest import Manifest

__all__ = ["DockerBackend"]

_SERVED: dict[Need, Served] = {
    "cache": Served("a Redis container", "the cache is shared by the processes of the application"),
    "database": Served("a PostgreSQL container", "its data is in a named volume"),
    "ledger": Served(None, "no TigerBeetle is made: run one, and set its address in .env"),
    "llm": Served(None, "the provider's API is called; its key goes into .env"),
    "mail": Served("a mail catcher", "no mail leaves the machine; a web page shows what was sent"),
    "queue": Served("a Redis container", "it is the broker of asynchronous work"),
    "search": Served("the PostgreSQL container", "its full-text search serves it; nothing is created for it"),
    "storage": Served("an S3-compatible object store", "its data is in a named volume"),
    "tenancy": Served("the PostgreSQL container", "tenants share the database; nothing is created for it"),
    "webhooks": Served(
        "the application's own port", "it is bound to this machine; use a tunnel to reach it from outside"
    ),
    "worker": Served("a worker container", "it runs the application's image without a published port"),
}
_SCHEDULER = Served("a scheduler container", "it runs `[infra] scheduler_command`")
_NO_WORKER = Served(None, "without `[infra] worker_command` there is nothing that could run it")
_STATIC = Served(None, "the image serves files, which read nothing of it")
_NO_SCHEDULER = Served(None, "without `[infra] scheduler_command` the worker runs the schedules itself")


class DockerBackend(Backend):
    """Makes the stack."""

    name: ClassVar[str] = "docker"
    description: ClassVar[str] = "a Compose stack for local development"

    def capabilities(self) -> Capabilities:
        """Say what the backend can do."""
        return Capabilities(("Dockerfile", "compose"), supports_incremental=True, requires_config=False)

    def directory(self, manifest: Manifest) -> str:
        """Return `[infra.docker] output`."""
        return manifest.docker.output

    def template(self, manifest: Manifest) -> TemplateChoice:
        """Return which template the manifest chooses."""
        docker = manifest.docker
        return TemplateChoice(docker.template, docker.ref, docker.answers)

    def answers(self, application: Application, recorded: Mapping[str, object] | None = None) -> DockerAnswers:
        """Return the answers to the Docker template's questions."""
        manifest, appspec = application.manifest, application.appspec
        _refuse_old_python(manifest)
        port = manifest.entry_points[0].port
        files = read_project_files(application.project, manifest.module_paths, manifest.runtime.name, port)
        return docker_answers(manifest, application.inferred, appspec.title or appspec.name, files)

    def served(self, need: Need, application: Application) -> Served:
        """Say which container provides the need."""
        if application.manifest.runtime.name == "react":
            return _STATIC
        if need == "worker" and not application.manifest.has_worker_command:
            return _NO_WORKER
        if need == "scheduler":
            return _SCHEDULER if application.manifest.infra.scheduler_command else _NO_SCHEDULER
        return _SERVED[need]

    def because(self, question: str, application: Application) -> str:
        """Say where the answer to a question comes from."""
        return provenance(question, DOCKER_SOURCES, application.manifest, application.inferred)

    def hooks(self) -> Sequence[Hook]:
        """Return the making of development secrets, and the next steps."""
        return (DevelopmentSecrets(), _NextSteps())


def _refuse_old_python(manifest: Manifest) -> None:
    named = manifest.docker.python_version
    if manifest.runtime.name == "dazzle" and named and int(named.split(".")[1]) < DAZZLES_MINOR:
        raise ManifestError(
            f'python_version = "{named}" is older than 3.{DAZZLES_MINOR}, which Dazzle needs',
            where=manifest.where("infra", "docker", "python_version"),
            hint=f'write "3.{DAZZLES_MINOR}" or newer, or leave it out',
        )


class _NextSteps(Hook):
    """Says how to start the stack."""

    name = "docker-next-steps"

    def after(self, context: HookContext) -> HookResult:
        directory = shlex.quote(context.directory)
        return HookResult(next_steps=(f"docker compose --project-directory {directory} up --build --wait",))
