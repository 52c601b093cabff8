"""What a backend is: a template, the answers to its questions, and who provides which need."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from dazzle_infra.answers import Answers
from dazzle_infra.appspec import AppSpec
from dazzle_infra.config import Config
from dazzle_infra.engine import ChangeSet
from dazzle_infra.hooks import Hook
from dazzle_infra.inference.model import Inferred, Need
from dazzle_infra.manifest import Manifest
from dazzle_infra.templates import Access

if TYPE_CHECKING:
    from dazzle_infra.addresses import Addresses

__all__ = ["Application", "Backend", "Capabilities", "Folder", "Served", "TemplateChoice"]


@dataclass(frozen=True)
class Application:
    """The application that a backend works for.

    Attributes:
        project: The project's root.
        manifest: What dazzle.toml says.
        appspec: The model.
        inferred: What it needs.
        config: What holds beside dazzle.toml.
        access: How this run comes by templates.
    """

    project: Path
    manifest: Manifest
    appspec: AppSpec
    inferred: Inferred
    config: Config = field(default_factory=Config)
    access: Access = field(default_factory=Access, compare=False)


@dataclass(frozen=True)
class Capabilities:
    """What a backend can do.

    Attributes:
        output_formats: The formats of the files that it makes.
        supports_incremental: Whether its files can be updated in place.
        requires_config: Whether it needs a section of its own in dazzle.toml.
    """

    output_formats: tuple[str, ...]
    supports_incremental: bool
    requires_config: bool


@dataclass(frozen=True)
class Served:
    """Who provides a need.

    Attributes:
        by: What provides it; None where nothing is made.
        because: How, or why nothing is made.
    """

    by: str | None
    because: str


@dataclass(frozen=True)
class TemplateChoice:
    """Which template the manifest chooses.

    Attributes:
        template: A git URL or a path; None for the embedded one.
        ref: A tag, a range or a branch; None for the newest release.
        answers: Answers to questions that a fork added.
    """

    template: str | None
    ref: str | None
    answers: Mapping[str, object]


@dataclass(frozen=True)
class Folder:
    """A folder that the answers dropped and that leaves whole or not at all: what it manages may still exist.

    Attributes:
        name: What `--retire` calls it.
        path: Where it is, POSIX, relative to the backend's directory.
        advice: What to do before it goes.
    """

    name: str
    path: str
    advice: str


class Backend(ABC):
    """The base of backends.

    Attributes:
        name: The command, the section of dazzle.toml, and the embedded template.
        description: One line for people.
    """

    name: ClassVar[str]
    description: ClassVar[str]

    @abstractmethod
    def capabilities(self) -> Capabilities:
        """Say what the backend can do."""

    @abstractmethod
    def directory(self, manifest: Manifest) -> str:
        """Return where its files go, POSIX, relative to the project."""

    @abstractmethod
    def template(self, manifest: Manifest) -> TemplateChoice:
        """Return which template the manifest chooses."""

    @abstractmethod
    def answers(self, application: Application, recorded: Mapping[str, object] | None = None) -> Answers:
        """Return the answers to its template's questions.

        Args:
            application: The application.
            recorded: The answers of the files that are there, for what must not move once it is made.
        """

    @abstractmethod
    def served(self, need: Need, application: Application) -> Served:
        """Say who provides a need that is there."""

    def validate(self, application: Application) -> None:
        """Refuse what this backend cannot do, before anything is rendered.

        Raises:
            UsageError: The manifest or the model asks for something that cannot be.
        """
        self.answers(application)

    def because(self, question: str, application: Application) -> str:
        """Say where the answer to a question comes from: evidence, a key of dazzle.toml, an override or a default."""
        return "the model and dazzle.toml"

    def dropped_folders(self, root: Path, answers: Mapping[str, object]) -> list[Folder]:
        """Return the folders below `root`, the backend's directory, that the answers no longer name."""
        return []

    def addresses(self, root: Path, changes: ChangeSet) -> Addresses | None:
        """Return what applying the changes below `root` means for what was made; None where nothing is managed."""
        return None

    def hooks(self) -> Sequence[Hook]:
        """Return what runs before and after its files are written."""
        return ()
