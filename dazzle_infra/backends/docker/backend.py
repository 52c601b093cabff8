"""The Docker backend: a Compose stack for local development, nothing of a cloud."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

from dazzle_infra.backends.answer_differences import Difference
from dazzle_infra.backends.answers import Answers
from dazzle_infra.backends.application import Application
from dazzle_infra.backends.base import Backend, Capabilities, Provision
from dazzle_infra.backends.docker import NAME, SUMMARY
from dazzle_infra.backends.docker.administrator import CreateAdmin
from dazzle_infra.backends.docker.answers import DockerAnswers
from dazzle_infra.backends.docker.building import COMPOSE_NAME, docker_answers
from dazzle_infra.backends.docker.hooks import ComposeConfig, DockerNextSteps
from dazzle_infra.backends.docker.local_settings import LocalSettings
from dazzle_infra.backends.docker.own_dockerfile import check_own_dockerfile
from dazzle_infra.backends.docker.packages import image_packages
from dazzle_infra.backends.docker.remarks import docker_remarks
from dazzle_infra.backends.docker.settings import DockerSettings, docker_settings
from dazzle_infra.backends.docker.sources import DOCKER_SOURCES
from dazzle_infra.backends.entry_sources import own_answer, source_of_entry
from dazzle_infra.backends.identity import Kept, Made, Replaced, changed_name
from dazzle_infra.backends.provenance import keys_of, provenance
from dazzle_infra.backends.unserved import unserved_remarks
from dazzle_infra.errors import ManifestError
from dazzle_infra.hooks import Hook
from dazzle_infra.hooks.secrets import DevelopmentSecrets
from dazzle_infra.project.manifest import BackendSettings, Manifest
from dazzle_infra.requirements.model import Need
from dazzle_infra.templates.fitting import FieldPath
from dazzle_infra.workload.building import tenant_domain
from dazzle_infra.workload.needs import reason_not_provided

if TYPE_CHECKING:
    from dazzle_infra.backends.contributions import ImageBuild
    from dazzle_infra.backends.file_checks import FileCheck
    from dazzle_infra.backends.tools import Tool

__all__ = ["DockerBackend"]

_PROVIDES: dict[Need, Provision] = {
    "cache": Provision("a Redis container", "shared by the processes of the application"),
    "database": Provision("a PostgreSQL container", "its data is in a named volume"),
    "ledger": Provision(None, "TigerBeetle is not created: run a cluster, and set its address in .env"),
    "llm": Provision(None, "calls the provider's API; set its key in .env"),
    "mail": Provision("a mail catcher", "mail stays on this machine; a web page shows it"),
    "queue": Provision("a Redis container", "broker of asynchronous work"),
    "scheduler": Provision("a scheduler container", "runs `[infra] scheduler_command`"),
    "search": Provision("the PostgreSQL container", "PostgreSQL's full-text search; nothing else is created"),
    "storage": Provision("an S3-compatible object store", "its data is in a named volume"),
    "tenancy": Provision("the PostgreSQL container", "tenants share the database; nothing else is created"),
    "webhooks": Provision("the application's own port", "bound to this machine; use a tunnel for access from outside"),
    "worker": Provision("a worker container", "runs the application's image without a published port"),
}
_EFFECT = "Compose then starts a project with new, empty volumes; the data is not copied"


class DockerBackend(Backend):
    """Makes the stack."""

    name: ClassVar[str] = NAME
    summary: ClassVar[str] = SUMMARY
    template: ClassVar[str] = "docker"
    Settings: ClassVar[type[BackendSettings]] = DockerSettings
    Answers: ClassVar[type[Answers]] = DockerAnswers
    required_files: ClassVar[Mapping[str, str]] = {
        "Dockerfile": "keep its name: compose.yaml and users' scripts refer to it"
    }
    secret_places: ClassVar[Mapping[str, str]] = {"*.env": ".env"}

    def capabilities(self) -> Capabilities:
        """Say what the backend can do."""
        return Capabilities(("Dockerfile", "compose"), supports_incremental=True, requires_config=False)

    def answers(self, application: Application, made: Made | None = None) -> DockerAnswers:
        """Return the answers to the Docker template's questions."""
        manifest, appspec = application.manifest, application.appspec
        _refuse_old_python(manifest)
        check_own_dockerfile(application)
        title, stage = appspec.title or appspec.name, image_packages(application)
        answers = docker_answers(manifest, application.inferred, title, application.files, made, stage)
        health_host = application.workload.services[0].health_host
        hosts = {"health_host": health_host, "tenant_domain": tenant_domain(appspec) if health_host else ""}
        return answers.model_copy(update=hosts)

    def kept(self, application: Application, made: Made, answers: Mapping[str, object]) -> list[Kept]:
        """Return the Compose project's name where it is not that of dazzle.toml."""
        return made.kept_name(application.manifest, COMPOSE_NAME, answers.get("app_name"), _EFFECT)

    def replaced(self, before: Mapping[str, object], after: Mapping[str, object]) -> list[Replaced]:
        """Return the Compose project where its name changes."""
        changed = changed_name(before, after)
        if changed is None:
            return []
        old, new = changed
        holds_data = any(before.get(need) is True for need in ("database", "redis", "storage"))
        consequence = (
            f"Compose starts project {new} with new, empty volumes; containers and volumes of {old} stay until "
            f'"docker compose -p {old} down --volumes" removes them, their data is not copied'
        )
        return [Replaced("app_name", None, None, old, new, holds_data, consequence)]

    def provides(self, need: Need, application: Application) -> Provision:
        """Say which container provides the need."""
        manifest = application.manifest
        reason = reason_not_provided(need, manifest)
        if need == "scheduler" and manifest.work.scheduler and not manifest.infra.scheduler_command:
            return Provision("a scheduler container", "runs the scheduler of the task queue")
        if reason is not None:
            return Provision(None, reason)
        return _PROVIDES[need]

    def warnings(self, application: Application) -> list[str]:
        """Name missing files, and what matters of packages, versions, settings and worker."""
        return [*docker_remarks(application, self.answers(application)), *unserved_remarks(self, application)]

    def because(self, question: str, application: Application, part: Difference | None = None) -> str:
        """Say where an answer comes from."""
        manifest = application.manifest
        known = own_answer(question, self.table, manifest) or source_of_entry(question, part, manifest)
        return known or provenance(question, DOCKER_SOURCES, manifest, application.inferred)

    def keys_of(self, path: FieldPath) -> Sequence[tuple[str, ...]]:
        """Return the keys of dazzle.toml that may set an answer or a field of it."""
        return keys_of(path, DOCKER_SOURCES)

    def image(self, application: Application) -> ImageBuild:
        """Return the Dockerfile of the stack; its context is the project, or the monorepo where the lock is there."""
        from dazzle_infra.backends.contributions import ImageBuild

        manifest = application.manifest
        dockerfile = manifest.infra.dockerfile or f"{self.directory(manifest)}/Dockerfile"
        secrets = tuple(sorted(docker_settings(manifest).build_secrets))
        return ImageBuild(dockerfile, image_packages(application).context, secrets=secrets)

    def tools(self) -> list[Tool]:
        """Return Docker and Compose."""
        from dazzle_infra.backends.docker.tools import docker_tools

        return docker_tools()

    def file_checks(self) -> Sequence[FileCheck]:
        """Return Compose and hadolint."""
        from dazzle_infra.backends.docker.file_checks import FILE_CHECKS

        return FILE_CHECKS

    def hooks(self) -> Sequence[Hook]:
        """Return the hooks that fill `.env`, the check by Compose, and the next steps."""
        return (DevelopmentSecrets(), CreateAdmin(), LocalSettings(), ComposeConfig(), DockerNextSteps())


def _refuse_old_python(manifest: Manifest) -> None:
    named, runtime = docker_settings(manifest).python_version, manifest.runtime.record
    if named and int(named.split(".")[1]) < runtime.lowest_python:
        raise ManifestError(
            f'python_version = "{named}" is older than 3.{runtime.lowest_python}, which {runtime.title} needs',
            where=manifest.where("infra", "docker", "python_version"),
            hint=f'write "3.{runtime.lowest_python}" or newer, or remove the key',
        )
