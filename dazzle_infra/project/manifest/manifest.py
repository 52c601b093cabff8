"""Reading a project's manifest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from dazzle_infra.errors import ManifestError, Where
from dazzle_infra.project.manifest.backend_tables import (
    CUSTOM,
    BackendSettings,
    BackendTables,
    infra_model,
    settings_in,
    settings_model,
)
from dazzle_infra.project.manifest.checks import application_name, check
from dazzle_infra.project.manifest.commands import check_commands
from dazzle_infra.project.manifest.dazzle_tables import Project, oauth_providers, read_project, storage_tables, text_at
from dazzle_infra.project.manifest.document import Document, read_document
from dazzle_infra.project.manifest.entry_points import check_entry_points, entry_points_of
from dazzle_infra.project.manifest.environments import environment_names
from dazzle_infra.project.manifest.hooks import unknown_options
from dazzle_infra.project.manifest.problem import Problem
from dazzle_infra.project.manifest.problems import check_tables, manifest_error, problems_of
from dazzle_infra.project.manifest.tables import InfraTable
from dazzle_infra.project.runtimes import DEFAULT_RUNTIME, runtime_record
from dazzle_infra.project.runtimes.detection import Runtime
from dazzle_infra.project.runtimes.record import RuntimeRecord
from dazzle_infra.project.task_queues import BackgroundWork
from dazzle_infra.requirements.facts import Override, ProjectFacts
from dazzle_infra.values.records import EntryPoint
from dazzle_infra.values.versions import exact_version

__all__ = ["Manifest", "custom_names", "empty_manifest", "read_manifest"]

_Options = TypeVar("_Options", bound=BaseModel)
_Settings = TypeVar("_Settings", bound=BackendSettings)


@dataclass(frozen=True)
class Manifest:
    """What a project's dazzle.toml says, validated, with its defaults; without arguments, what an empty one says.

    Attributes:
        name: The application's name as Compose and the cloud spell it: lower-case letters, digits and single
            hyphens, begins with a letter. Backends cut it to what their tools take.
        title: The application's display name.
        version: `[project] version`.
        framework_version: The dazzle-dsl that `[project] framework_version` asks for, such as `~0.125`, or None.
        module_paths: Where the model's files are, POSIX, normalised.
        infra: The `[infra]` tables.
        entry_points: What listens; the first is `web`, the others are sorted by name.
        facts: What changes requirements.
        runtime: What runs the application; Dazzle, until `run_by` says otherwise.
        work: What runs outside of requests, by the project's dependencies; nothing until `run_by` says otherwise.
        tables: The tables that the backends bring.
    """

    name: str = Project.name
    title: str = Project.name
    version: str = Project.version
    framework_version: str | None = None
    module_paths: tuple[str, ...] = Project.module_paths
    infra: InfraTable = field(default_factory=InfraTable)
    entry_points: tuple[EntryPoint, ...] = entry_points_of({}, DEFAULT_RUNTIME)
    facts: ProjectFacts = field(default_factory=lambda: ProjectFacts(runtime_variables=DEFAULT_RUNTIME.variables))
    runtime: Runtime = field(default_factory=Runtime)
    work: BackgroundWork = field(default_factory=BackgroundWork)
    tables: BackendTables = field(default_factory=BackendTables, repr=False)
    _document: Document = field(default_factory=Document, repr=False, compare=False)

    def settings(self, name: str, model: type[_Settings]) -> _Settings:
        """Return the table of a backend; what an empty one says where the manifest was read without it.

        Args:
            name: The backend.
            model: The model of its table.
        """
        found = settings_in(self.infra).get(name)
        if found is None:
            found = settings_model(name, model)()
        assert isinstance(found, model)  # noqa: S101 - the registry gives each backend its own model
        return found

    @property
    def dazzle_version(self) -> str | None:
        """The version of dazzle-dsl in the image: `[infra] dazzle_version`, or an exact `framework_version`, or None.

        Dazzle refuses to start with another version than its own pin, so that no default may take its place.
        """
        return self.infra.dazzle_version or exact_version(self.framework_version or "")

    @property
    def has_worker_command(self) -> bool:
        """Whether a worker can be started: by its own command, or by that of an application which works by itself."""
        return self.runtime.record.works_in_process or bool(self.worker_command)

    @property
    def worker_command(self) -> tuple[str, ...]:
        """The command of the worker: that of dazzle.toml, or that of the project's task queue; empty for neither."""
        return self.infra.worker_command or self.infra.commands.worker or self.work.worker

    def web_port(self, runtime: Runtime) -> int:
        """Return the port of `web` under that runtime."""
        web = self.infra.entry_points.get("web")
        return (web.port if web else None) or runtime.record.language.port

    def run_by(self, runtime: Runtime, start: Sequence[str], work: BackgroundWork) -> Manifest:
        """Return what the manifest comes to when that runs the application.

        Args:
            runtime: What runs it.
            start: The command that serves it.
            work: What runs outside of requests, by the project's dependencies.

        Raises:
            ManifestError: Two entry points have one port, by what is customary there.
        """
        record, tables = runtime.record, self.infra.entry_points
        problems = [*check_entry_points(tables, record.language.port), *check_commands(self.infra, record)]
        if problems:
            raise self.error(problems)
        facts = replace(self.facts, runtime_variables=record.variables, work=work.evidence, clocks=work.clocks)
        entry_points = entry_points_of(tables, record, self.infra.commands.serve or start)
        return replace(self, runtime=runtime, work=work, entry_points=entry_points, facts=facts)

    @property
    def environments(self) -> tuple[str, ...]:
        """The names of the environments of the application, in their order."""
        return environment_names(self.infra, settings_in(self.infra))

    def error(self, problems: Sequence[Problem]) -> ManifestError:
        """Return the error for problems that were found after the manifest was read."""
        return manifest_error(problems, self._document)

    def hook_options(self, name: str, model: type[_Options]) -> _Options:
        """Return the options of a hook: its table `[infra.hooks.NAME]`, or the defaults.

        Args:
            name: The hook.
            model: The model of its options.

        Raises:
            ManifestError: The table does not fit the model.
        """
        try:
            return model.model_validate(self.infra.hooks.options.get(name, {}))
        except ValidationError as error:
            unknown = unknown_options(error, name, model)
            raise self.error(unknown or problems_of(error, ("infra", "hooks", name), self.tables)) from None

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


def custom_names(data: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the `[infra.custom.NAME]` tables of a dazzle.toml; none where it is not valid."""
    infra = data.get("infra")
    custom = infra.get(CUSTOM) if isinstance(infra, dict) else None
    return tuple(custom) if isinstance(custom, dict) else ()


def empty_manifest(tables: BackendTables) -> Manifest:
    """Return what an empty dazzle.toml says.

    Args:
        tables: The tables that the backends bring.
    """
    return Manifest(infra=infra_model(tables)(), tables=tables)


def read_manifest(project: Path, tables: BackendTables) -> Manifest:
    """Read the dazzle.toml of a project.

    Args:
        project: The folder that holds it.
        tables: The tables that the backends bring.

    Raises:
        PreconditionError: There is no dazzle.toml, or it cannot be read.
        ManifestError: It is no TOML, or it says something that cannot be; the error is the first by line.
    """
    document = read_document(project)
    tables = replace(tables, custom=custom_names(document.data))
    no_tables = list(check_tables(document.data))
    if no_tables:
        raise manifest_error(no_tables, document)
    known = read_project(document.data)
    try:
        infra = infra_model(tables).model_validate(document.data.get("infra", {}))
    except ValidationError as error:
        raise manifest_error(problems_of(error, ("infra",), tables), document) from None
    problems = list(check(infra, known, tables))
    if problems:
        raise manifest_error(problems, document)
    return Manifest(
        name=application_name(infra, known.name),
        title=infra.name or known.name,
        version=known.version,
        framework_version=known.framework_version,
        module_paths=known.module_paths,
        infra=infra,
        entry_points=entry_points_of(infra.entry_points, _stated_runtime(infra)),
        facts=_facts(infra, document),
        tables=tables,
        _document=document,
    )


def _stated_runtime(infra: InfraTable) -> RuntimeRecord:
    return runtime_record(infra.runtime) if infra.runtime is not None else DEFAULT_RUNTIME


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
        runtime_variables=_stated_runtime(infra).variables,
    )
