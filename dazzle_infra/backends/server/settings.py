"""`[infra.server]`: the settings of the server backend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field

from dazzle_infra.backends.server.machines import shared_machines
from dazzle_infra.project.manifest import BackendSettings, CheckContext, EnvironmentTable, Manifest, Problem
from dazzle_infra.project.manifest.tables import Table, distinct
from dazzle_infra.values.addresses import HostName, in_ascii
from dazzle_infra.values.credentials import NoCredentials
from dazzle_infra.values.names import EnvironmentName
from dazzle_infra.values.paths import OutputFolder
from dazzle_infra.values.rules import RefusedError, Rule
from dazzle_infra.values.words import nearest

__all__ = ["LOCAL", "ServerEnvironmentTable", "ServerSettings", "server_settings"]

LOCAL: Final = "local"
"""The environment on the machine where the scripts run, which every project has."""

_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"

Host = Annotated[
    str,
    AfterValidator(in_ascii),
    Rule(
        rf"({_LABEL}(\.{_LABEL})*|[0-9A-Fa-f:]*:[0-9A-Fa-f:.]+)",
        "must be a host name or an IP address",
        'such as "203.0.113.10"',
    ),
]


def _not_root(value: str) -> str:
    if value == "root":
        raise RefusedError(
            "must not be root, whose login the playbooks close", "name the user that the playbooks create to deploy"
        )
    return value


User = Annotated[
    str, Rule(r"[a-z_][a-z0-9_-]{0,31}", "must be the name of a user of the machine"), AfterValidator(_not_root)
]
JumpHost = Annotated[
    str,
    AfterValidator(in_ascii),
    Rule(
        rf"([a-z_][a-z0-9_-]*@)?{_LABEL}(\.{_LABEL})*(:[0-9]{{1,5}})?",
        "must be a host through which SSH connects, [USER@]HOST[:PORT]",
    ),
]
Directory = Annotated[
    str, Rule(r"(/[A-Za-z0-9._-]*[A-Za-z0-9_-])+", "must be an absolute path of letters, digits, `.`, `_` and `-`")
]
Repository = Annotated[
    str,
    NoCredentials(
        "store them with ops/secrets: RESTIC_REST_USERNAME and RESTIC_REST_PASSWORD, or RESTIC_AWS_ACCESS_KEY_ID and "
        "RESTIC_AWS_SECRET_ACCESS_KEY"
    ),
    Rule(
        r"(/|s3:|sftp:|rest:|b2:|azure:|gs:|swift:)[^\s\x00-\x1f'\"$`\\]+",
        "must be the address of a restic repository without a password in it",
        'such as "s3:https://s3.example.com/backups", "sftp:user@host:/backups" or "/mnt/backups"',
    ),
]
MailAddress = Annotated[
    str, Rule(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", "must be an e-mail address", longest=254)
]
WebAddress = Annotated[
    str,
    NoCredentials("use an address that needs none, such as that of a proxy that adds them"),
    Rule(r"https?://[^\s\x00-\x1f'\"$`\\]+", "must be an address that begins with https:// or http://"),
]


class ServerEnvironmentTable(Table):
    """An environment on a machine of its own.

    Attributes:
        host: Host name or IP address of the machine, for SSH; by default the domain name.
        user: User of the machine that deploys, a member of the group `docker`.
        port: Port of SSH.
        jump_host: Host through which SSH connects, [USER@]HOST[:PORT].
        directory: Directory of the application on the machine; by default /srv/NAME.
        architecture: Processor architecture of the machine.
        memory_mb: Memory of the machine, MiB; the limits of the containers follow from it.
        domain_name: Public host name of the application; by default that of `[infra.env.NAME]`.
        acme_email: Address that the certificate authority writes to.
        backup: Address of the restic repository of the backups.
        alert_email: Address that gets alerts of the monitoring.
        alert_webhook: Address that alerts of the monitoring are posted to.
    """

    host: Host | None = None
    user: User = "deploy"
    port: Annotated[int, Field(ge=1, le=65535)] = 22
    jump_host: JumpHost | None = None
    directory: Directory | None = None
    architecture: Literal["amd64", "arm64"] = "amd64"
    memory_mb: Annotated[int, Field(ge=512, le=1_048_576)] = 2048
    domain_name: HostName | None = None
    acme_email: MailAddress | None = None
    backup: Repository | None = None
    alert_email: MailAddress | None = None
    alert_webhook: WebAddress | None = None


class ServerSettings(BackendSettings):
    """Settings of the server backend.

    Attributes:
        environments: Names of the environments, one machine each.
        secrets: Where secrets are kept: on the machine, or encrypted with SOPS in the repository.
        object_storage: Object storage of an application that stores files: an external service, or a store on the
            machine.
        monitoring: Whether Prometheus, its exporters and Alertmanager run on the machine.
        env: Settings of single environments, by name.
    """

    output: OutputFolder = "infra/server"
    environments: Annotated[tuple[EnvironmentName, ...], BeforeValidator(distinct)] = ("production",)
    secrets: Literal["machine", "sops"] = "machine"
    object_storage: Literal["external", "own"] = "external"
    monitoring: bool = False
    env: dict[str, ServerEnvironmentTable] = {}

    def chosen_environments(self) -> tuple[str, ...]:
        """Return `environments`."""
        return self.environments

    def environment_names(self) -> tuple[str, ...]:
        """Return `environments`."""
        return self.environments

    def settings_of(self, name: str, tables: Mapping[str, EnvironmentTable]) -> ServerEnvironmentTable:
        """Return the settings of an environment: its table here, then the domain name of `[infra.env.NAME]`.

        Args:
            name: The environment.
            tables: The `[infra.env.NAME]` tables by name.
        """
        own, shared = self.env.get(name, ServerEnvironmentTable()), tables.get(name)
        if own.domain_name is None and shared is not None and shared.domain_name is not None:
            return own.model_copy(update={"domain_name": shared.domain_name})
        return own

    def problems(self, context: CheckContext) -> Iterator[Problem]:
        """Refuse the reserved name, settings of unknown environments, and environments that share a machine."""
        if LOCAL in self.environments:
            says = f": {LOCAL} is reserved for the machine where the scripts run"
            yield Problem((*context.table, "environments"), says, "choose another name")
        for name in self.env:
            if name not in self.environments:
                near = nearest(name, self.environments)
                guess = f"; did you mean {near}?" if near else ""
                hint = f"the environments are {', '.join(self.environments)}"
                yield Problem((*context.table, "env", name), f" is not a known environment{guess}", hint, table=True)
        settings = {name: self.settings_of(name, context.environments) for name in self.environments}
        yield from shared_machines(settings, context.environments, context.table)


def server_settings(manifest: Manifest) -> ServerSettings:
    """Return `[infra.server]`."""
    return manifest.settings("server", ServerSettings)
