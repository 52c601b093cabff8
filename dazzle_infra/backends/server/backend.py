"""The server backend: one Linux machine in production, with Compose, Ansible and scripts over SSH."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar, Literal

from dazzle_infra.backends.answer_differences import Difference
from dazzle_infra.backends.answers import Answers
from dazzle_infra.backends.application import Application
from dazzle_infra.backends.base import Backend, Capabilities, Provision
from dazzle_infra.backends.entry_sources import own_answer, source_of_entry, stated_table
from dazzle_infra.backends.identity import Kept, Made, Replaced, changed_name, recorded_environments
from dazzle_infra.backends.provenance import keys_of, provenance
from dazzle_infra.backends.server import NAME, SUMMARY
from dazzle_infra.backends.server.answers import ServerAnswers
from dazzle_infra.backends.server.building import SERVER_NAME, server_answers
from dazzle_infra.backends.server.hooks import ServerImage, ServerNextSteps
from dazzle_infra.backends.server.remarks import server_remarks
from dazzle_infra.backends.server.settings import ServerSettings, server_settings
from dazzle_infra.backends.server.sources import ENVIRONMENT_KEYS, EXTERNAL_ROLES, MAIL_ROLES, SERVER_SOURCES
from dazzle_infra.backends.unserved import unserved_remarks
from dazzle_infra.hooks import Hook
from dazzle_infra.project.manifest import BackendSettings
from dazzle_infra.requirements.model import Need
from dazzle_infra.templates.fitting import FieldPath
from dazzle_infra.workload.building import tenant_domain
from dazzle_infra.workload.needs import reason_not_provided

if TYPE_CHECKING:
    from dazzle_infra.backends.contributions import DeployTarget
    from dazzle_infra.backends.tools import Tool

__all__ = ["ServerBackend"]

_PROVIDES: dict[Need, Provision] = {
    "cache": Provision("a Redis container", "with a password, on a network without a way out"),
    "database": Provision("a PostgreSQL container", "backed up every day, on a network without a way out"),
    "ledger": Provision(None, "TigerBeetle is not created: run a cluster, and configure its address"),
    "llm": Provision(None, "calls the provider's API; set its key with ops/secrets"),
    "mail": Provision(None, "an external SMTP server; set its address in environments/NAME.app.env"),
    "queue": Provision("a Redis container", "broker of asynchronous work"),
    "scheduler": Provision("systemd timers", "start `[infra] scheduler_command` on the model's schedules"),
    "search": Provision("the PostgreSQL container", "PostgreSQL's full-text search; nothing else is created"),
    "tenancy": Provision("the PostgreSQL container", "tenants share the database; nothing else is created"),
    "webhooks": Provision("Caddy", "webhook paths are public, over HTTPS"),
    "worker": Provision("a worker container", "runs the application's image without a port"),
}
_STORAGE: Mapping[str, Provision] = {
    "external": Provision(None, "an external S3 service; set its address in environments/NAME.app.env"),
    "own": Provision("an S3-compatible object store", "its data is on the machine and part of the backup"),
}
_EFFECT = "the scripts then use another directory and another Compose project; the data stays in the old one"


class ServerBackend(Backend):
    """Makes the stack, the playbooks and the scripts."""

    name: ClassVar[str] = NAME
    summary: ClassVar[str] = SUMMARY
    template: ClassVar[str] = "server"
    Settings: ClassVar[type[BackendSettings]] = ServerSettings
    Answers: ClassVar[type[Answers]] = ServerAnswers
    uses: ClassVar[tuple[Literal["image", "targets"], ...]] = ("image",)

    def capabilities(self) -> Capabilities:
        """Say what the backend can do."""
        return Capabilities(("compose", "ansible", "sh"), supports_incremental=True, requires_config=False)

    def answers(self, application: Application, made: Made | None = None) -> ServerAnswers:
        """Return the answers to the server template's questions."""
        return server_answers(
            *(application.manifest, application.workload, made, application.image),
            tenant_domain=tenant_domain(application.appspec),
        )

    def kept(self, application: Application, made: Made, answers: Mapping[str, object]) -> list[Kept]:
        """Return the application's name where it is not that of dazzle.toml."""
        return made.kept_name(application.manifest, SERVER_NAME, answers.get("app_name"), _EFFECT)

    def replaced(self, before: Mapping[str, object], after: Mapping[str, object]) -> list[Replaced]:
        """Return the Compose project where its name changes."""
        changed = changed_name(before, after)
        if changed is None:
            return []
        old, new = changed
        consequence = (
            f"the scripts use the Compose project {new} with new, empty volumes; containers and volumes of {old} stay "
            "on the machine, and both publish the same ports"
        )
        return [Replaced("app_name", None, None, old, new, bool(before.get("stores")), consequence)]

    def provides(self, need: Need, application: Application) -> Provision:
        """Say which container provides the need."""
        manifest = application.manifest
        if need == "scheduler" and manifest.work.scheduler and not manifest.infra.scheduler_command:
            return Provision("a scheduler container", "runs the scheduler of the task queue")
        reason = reason_not_provided(need, manifest)
        if reason is not None:
            return Provision(None, reason)
        if need == "storage":
            return _STORAGE[server_settings(manifest).object_storage]
        return _PROVIDES[need]

    def remains(self, before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
        """Name the machines of environments that leave."""
        if not isinstance(after.get("environments"), list):  # a fork without that question
            return []
        left = recorded_environments(after)
        return [
            f"the machine of {name} ({one.get('host') or 'no host'}) and its data stay: back up what you need, then "
            "delete the machine"
            for name, one in recorded_environments(before).items()
            if name not in left
        ]

    def variable(self, name: str, application: Application) -> str:
        """Say where a person sets what an external mail server or object storage gives."""
        settings = server_settings(application.manifest)
        roles = EXTERNAL_ROLES if settings.object_storage == "external" else MAIL_ROLES
        if all(one.role not in roles for one in application.workload.bindings if one.variable == name):
            return ""
        return f"set by a person in {settings.output}/environments/NAME.app.env"

    def warnings(self, application: Application) -> list[str]:
        """Name environments without a domain, a host, a backup or a recipient of alerts, and work that nothing does."""
        return [*unserved_remarks(self, application), *server_remarks(self.answers(application), application.workload)]

    def because(self, question: str, application: Application, part: Difference | None = None) -> str:
        """Say where an answer comes from."""
        manifest = application.manifest
        known = own_answer(question, self.table, manifest)
        if known is None and part is not None and question == "environments" and part.key is not None:
            key = ENVIRONMENT_KEYS.get(part.key, part.key)
            known = stated_table(manifest, "infra", "server", "env", part.entry, key=key)
            known = known or stated_table(manifest, "infra", "env", part.entry, key=key) or "a default"
        known = known or source_of_entry(question, part, manifest)
        return known or provenance(question, SERVER_SOURCES, manifest, application.inferred)

    def keys_of(self, path: FieldPath) -> Sequence[tuple[str, ...]]:
        """Return the keys of dazzle.toml that may set an answer or a field of it."""
        if path[0] == "environments" and len(path) == 3:
            _, name, field = path
            key = ENVIRONMENT_KEYS.get(field, field)
            return (("infra", "server", "env", name, key), ("infra", "env", name, key))
        return keys_of(path, SERVER_SOURCES)

    def target(self, application: Application) -> DeployTarget:
        """Return the scripts in `ops`."""
        from dazzle_infra.backends.server.target import server_target

        return server_target(server_settings(application.manifest))

    def tools(self) -> list[Tool]:
        """Return SSH and Ansible."""
        from dazzle_infra.backends.server.tools import server_tools

        return server_tools()

    def hooks(self) -> Sequence[Hook]:
        """Return the search for the Dockerfile, and the next steps."""
        return (ServerImage(), ServerNextSteps())
