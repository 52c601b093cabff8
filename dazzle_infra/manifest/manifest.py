"""Reading a project's manifest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from pydantic import ValidationError

from dazzle_infra.answers import EntryPoint
from dazzle_infra.answers.runtimes import Runtime, default_port
from dazzle_infra.errors import Where
from dazzle_infra.inference.facts import Override, ProjectFacts
from dazzle_infra.manifest.checks import application_name, check
from dazzle_infra.manifest.dazzle_tables import Project, oauth_providers, read_project, storage_tables, text_at
from dazzle_infra.manifest.document import Document, read_document
from dazzle_infra.manifest.entry_points import check_entry_points, entry_points_of
from dazzle_infra.manifest.names import exact_version
from dazzle_infra.manifest.places import checked_copy
from dazzle_infra.manifest.problems import Problem, manifest_error, problems_of
from dazzle_infra.manifest.rules import RefusedError
from dazzle_infra.manifest.tables import DockerTable, InfraTable, TerraformTable
from dazzle_infra.manifest.words import quoted

__all__ = ["Manifest", "read_manifest"]


@dataclass(frozen=True)
class Manifest:
    """What a project's dazzle.toml says, validated, with its defaults; without arguments, what an empty one says.

    Attributes:
        name: The application's name as Compose and the cloud spell it: lower-case letters, digits and single
            hyphens, begins with a letter, at most 20 characters.
        title: The application's name for people.
        version: `[project] version`.
        framework_version: The dazzle-dsl that `[project] framework_version` asks for, such as `~0.125`, or None.
        module_paths: Where the model's files are, POSIX, normalised.
        infra: The `[infra]` tables.
        entry_points: What listens; the first is `web`, the others are sorted by name.
        facts: What changes requirements.
        runtime: What runs the application; Dazzle, until `run_by` says otherwise.
    """

    name: str = Project.name
    title: str = Project.name
    version: str = Project.version
    framework_version: str | None = None
    module_paths: tuple[str, ...] = Project.module_paths
    infra: InfraTable = field(default_factory=InfraTable)
    entry_points: tuple[EntryPoint, ...] = entry_points_of({}, default_port("dazzle"))
    facts: ProjectFacts = field(default_factory=ProjectFacts)
    runtime: Runtime = field(default_factory=Runtime)
    _document: Document = field(default_factory=Document, repr=False, compare=False)

    @property
    def docker(self) -> DockerTable:
        """The table of the Docker backend."""
        return self.infra.docker

    @property
    def terraform(self) -> TerraformTable:
        """The table of the Terraform backend."""
        return self.infra.terraform

    @property
    def image_name(self) -> str:
        """Name of the image that is built: that of `[infra.docker]`, or the application's."""
        return self.docker.image_name or self.name

    @property
    def dazzle_version(self) -> str | None:
        """The version of dazzle-dsl in the image: `[infra] dazzle_version`, or an exact `framework_version`, or None.

        Dazzle refuses to start with another version than its own pin, so that no default may take its place.
        """
        return self.infra.dazzle_version or exact_version(self.framework_version or "")

    @property
    def has_worker_command(self) -> bool:
        """Whether a worker can be started: Dazzle's consumers run in the application, of others a command is asked."""
        return self.runtime.name == "dazzle" or bool(self.infra.worker_command)

    def web_port(self, runtime: Runtime) -> int:
        """Return the port of `web` under that runtime."""
        web = self.infra.entry_points.get("web")
        return (web.port if web else None) or default_port(runtime.name)

    def run_by(self, runtime: Runtime, start: Sequence[str]) -> Manifest:
        """Return what the manifest comes to when that runs the application.

        Args:
            runtime: What runs it.
            start: The command that serves it; empty for Dazzle's own.

        Raises:
            ManifestError: Two entry points have one port, by what is customary there.
        """
        port, tables = default_port(runtime.name), self.infra.entry_points
        problems = list(check_entry_points(tables, port))
        if problems:
            raise manifest_error(problems, self._document)
        facts = replace(self.facts, runtime=runtime.name)
        return replace(self, runtime=runtime, entry_points=entry_points_of(tables, port, start), facts=facts)

    def image_paths(self) -> tuple[str, ...]:
        """Return what goes into the image: `[infra.docker] copy`, or else where the model's files are.

        Raises:
            ManifestError: The model's files are where no image can take them from.
        """
        if self.docker.copy_paths is not None:
            return self.docker.copy_paths
        hint = "no image can take it from there; set [infra.docker] copy to what the image is to hold"
        problems = []
        for path in self.module_paths:
            try:
                checked_copy(path)
            except RefusedError as refused:
                problems.append(Problem(("modules", "paths"), f": {quoted(path)} {refused.says}", hint))
        if problems:
            raise manifest_error(problems, self._document)
        return self.module_paths

    def where(self, *path: str | int) -> Where:
        """Return the place of a key, for an error about it: `manifest.where("infra", "docker", "output")`."""
        return self._document.where(path)

    def says(self, *path: str) -> bool:
        """Say whether the file itself sets a key."""
        node: object = self._document.data
        for part in path:
            if not isinstance(node, dict) or part not in node:
                return False
            node = node[part]
        return True


def read_manifest(project: Path) -> Manifest:
    """Read the dazzle.toml of a project.

    Args:
        project: The folder that holds it.

    Raises:
        PreconditionError: There is no dazzle.toml, or it cannot be read.
        ManifestError: It is no TOML, or it says something that cannot be; the error is the first by line.
    """
    document = read_document(project)
    known = read_project(document.data)
    try:
        infra = InfraTable.model_validate(document.data.get("infra", {}))
    except ValidationError as error:
        raise manifest_error(problems_of(error, ("infra",)), document) from None
    problems = list(check(infra, known))
    if problems:
        raise manifest_error(problems, document)
    return Manifest(
        name=application_name(infra, known.name),
        title=infra.name or known.name,
        version=known.version,
        framework_version=known.framework_version,
        module_paths=known.module_paths,
        infra=infra,
        entry_points=entry_points_of(infra.entry_points, default_port(infra.runtime or "dazzle")),
        facts=_facts(infra, document),
        _document=document,
    )


def _facts(infra: InfraTable, document: Document) -> ProjectFacts:
    return ProjectFacts(
        storage=tuple(storage_tables(document)),
        oauth_providers=tuple(oauth_providers(document)),
        tenant_isolation=text_at(document.data, "tenant", "isolation"),
        llm_driver=text_at(document.data, "llm", "driver"),
        overrides={
            need: Override(table.needed, table.reason, document.source(("infra", "overrides", need)))
            for need, table in infra.overrides.items()
        },
        runtime=infra.runtime or "dazzle",
    )
