"""The answers of the server template."""

from __future__ import annotations

from typing import Literal

from dazzle_infra.backends.answer_records import Binding, Store
from dazzle_infra.backends.answers import Answers
from dazzle_infra.backends.server.records import Schedule, Secret, Service, Setting, WritablePath
from dazzle_infra.backends.server.sizes import Memory, PostgresSizes
from dazzle_infra.values.profiles import Profile
from dazzle_infra.values.records import Part

__all__ = ["ServerAnswers", "ServerEnvironment"]


class ServerEnvironment(Part):
    """An environment on a machine of its own.

    Attributes:
        name: Its name.
        profile: What kind of environment it is.
        domain: Public host name; empty if none is set.
        host: Host name or address for SSH; empty if none is set.
        user: User of the machine that deploys.
        port: Port of SSH.
        jump_host: Host through which SSH connects; empty for none.
        directory: Directory of the application on the machine.
        architecture: Processor architecture of the machine.
        memory_mb: Memory of the machine, MiB.
        acme_email: Address for the certificate authority; may be empty.
        backup_repository: Address of the restic repository; empty for none.
        alert_email: Address that gets alerts; may be empty.
        alert_webhook: Address that alerts are posted to; may be empty.
        memory: The memory limit of each container, sorted by name.
        postgres: Settings of PostgreSQL that follow from its limit.
    """

    name: str
    profile: Profile = "production"
    domain: str = ""
    host: str = ""
    user: str = "deploy"
    port: int = 22
    jump_host: str = ""
    directory: str = "/srv/app"
    architecture: Literal["amd64", "arm64"] = "amd64"
    memory_mb: int = 2048
    acme_email: str = ""
    backup_repository: str = ""
    alert_email: str = ""
    alert_webhook: str = ""
    memory: list[Memory] = []
    postgres: PostgresSizes = PostgresSizes()


class ServerAnswers(Answers):
    """What the server template asks; one machine in production.

    Attributes:
        app_name: Name of the Compose project and of the directory on the machine; a DNS label of at most 30 characters.
        app_title: The application's title, for people.
        directory: The rendered directory relative to the project, POSIX.
        project_root: The project relative to the rendered directory, POSIX.
        runtime: The name of what runs the application, for display.
        services: Processes of the image, `web` first.
        stores: Services outside the image.
        bindings: Variables whose values the stack knows, sorted.
        settings: Variables that a person sets, sorted.
        secrets: Variables whose values are secrets, sorted.
        writable_paths: Folders that the application writes to.
        user_id: User and group that the containers of the application run as.
        schedules: When the scheduled services run.
        tenant_domain: The domain below which each tenant has a host; empty if tenants have none.
        object_storage: Where files are stored: an external service, or a store on the machine.
        secrets_source: Where secrets are kept: on the machine, or encrypted with SOPS in the repository.
        monitoring: Whether the monitoring runs on the machine.
        dockerfile: The Dockerfile of the image, relative to the project; empty for the one of the build context.
        build_context: The build context of the image, relative to the project.
        build_secrets: Names of the environment variables that the build reads as secrets, sorted.
        environments: At least one, in the manifest's order.
    """

    app_name: str = "app"
    app_title: str = "Application"
    directory: str = "infra/server"
    project_root: str = "../.."
    runtime: str = "dazzle"
    services: list[Service] = [
        Service(name="web", kind="web", command=["serve"], port=8000, path="/", health_path="/health")
    ]
    stores: list[Store] = []
    bindings: list[Binding] = []
    settings: list[Setting] = []
    secrets: list[Secret] = []
    writable_paths: list[WritablePath] = [WritablePath(path="/tmp")]  # noqa: S108 - in a container
    user_id: int = 10001
    schedules: list[Schedule] = []
    tenant_domain: str = ""
    object_storage: Literal["external", "own"] = "external"
    secrets_source: Literal["machine", "sops"] = "machine"
    monitoring: bool = False
    dockerfile: str = ""
    build_context: str = "."
    build_secrets: list[str] = []
    environments: list[ServerEnvironment] = [ServerEnvironment(name="production")]
