"""The application that backends work for, and a project whose model is not read."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from dazzle_infra.appspec import AppSpec
from dazzle_infra.config import Config
from dazzle_infra.project.files import ProjectFiles
from dazzle_infra.project.manifest import Manifest
from dazzle_infra.requirements.model import Inferred
from dazzle_infra.templates import Access

if TYPE_CHECKING:
    from dazzle_infra.backends.contributions import DeployTarget, ImageBuild
    from dazzle_infra.workload.model import Workload

__all__ = ["Application", "Project"]


@dataclass(frozen=True)
class Application:
    """The application that a backend works for.

    Attributes:
        project: The project's root.
        manifest: The content of dazzle.toml.
        appspec: The model.
        inferred: The needs, with evidence, and the variables that it reads.
        files: The facts in the project's own files.
        config: The settings beside dazzle.toml.
        access: How this run gets templates.
        image: How another backend builds the image; only for a backend whose `uses` names `image`.
        targets: How other backends deploy; only for a backend whose `uses` names `targets`.
    """

    project: Path
    manifest: Manifest
    appspec: AppSpec
    inferred: Inferred
    files: ProjectFiles = field(default_factory=ProjectFiles)
    config: Config = field(default_factory=Config)
    access: Access = field(default_factory=Access, compare=False)
    image: ImageBuild | None = None
    targets: tuple[DeployTarget, ...] = ()

    @cached_property
    def workload(self) -> Workload:
        """What runs, what it uses and what it reads, independent of any tool."""
        # Commands that compute no answers do not need it.
        from dazzle_infra.workload.building import workload_of

        return workload_of(self.manifest, self.appspec, self.inferred, self.files.commands)


@dataclass(frozen=True)
class Project:
    """A project whose model is not read.

    Attributes:
        project: The project's root.
        manifest: The content of dazzle.toml.
        config: The settings beside dazzle.toml.
        access: How this run gets templates.
    """

    project: Path
    manifest: Manifest
    config: Config = field(default_factory=Config)
    access: Access = field(default_factory=Access, compare=False)
