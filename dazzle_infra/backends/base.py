"""The base of backends: a template, the answers to its questions, and what provides each need."""

from __future__ import annotations

from abc import ABC
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import BaseModel

from dazzle_infra.backends.answer_differences import Difference
from dazzle_infra.backends.answers import Answers
from dazzle_infra.backends.application import Application
from dazzle_infra.backends.identity import Kept, Made, Replaced
from dazzle_infra.hooks import Hook
from dazzle_infra.merging.changes import ChangeSet
from dazzle_infra.project.manifest import BackendSettings, FilesSettings, Manifest
from dazzle_infra.requirements.model import Need
from dazzle_infra.templates import TEMPLATE_NAMES, embedded_url
from dazzle_infra.templates.fitting import FieldPath

if TYPE_CHECKING:
    from dazzle_infra.backends.contributions import DeployTarget, ImageBuild
    from dazzle_infra.backends.file_checks import FileCheck
    from dazzle_infra.backends.impact import Impact
    from dazzle_infra.backends.tools import Tool

__all__ = ["Backend", "Capabilities", "Folder", "Placement", "Provision", "TemplateChoice"]


@dataclass(frozen=True)
class Capabilities:
    """What a backend can do.

    Attributes:
        output_formats: The formats of the files that it makes.
        supports_incremental: Whether its files can be updated in place.
        requires_config: Whether it needs a section of its own in dazzle.toml.
    """

    output_formats: tuple[str, ...] = ()
    supports_incremental: bool = True
    requires_config: bool = False


@dataclass(frozen=True)
class Provision:
    """What provides a need.

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


class Placement(Enum):
    """Where the files of a backend are.

    Attributes:
        FOLDER: In a directory of its own, below the project.
        FILES: At the top of the git repository, beside files of others: exactly what is rendered.
    """

    FOLDER = "folder"
    FILES = "files"


class Backend(ABC):
    """The base of backends; a subclass states `name`, `summary` and `template`, and overrides what differs.

    Attributes:
        api: The version of this interface that the backend is written for.
        name: The command, and the table of dazzle.toml: lower-case letters, digits and single hyphens.
        summary: One line of display text.
        template: The template: the name of an embedded one, a git URL, or the absolute path of a git repository.
        Settings: The model of its table of dazzle.toml, `[infra.NAME]`.
        Answers: The model of its answers; the questions of its template are the fields, with the same types.
        placement: Where its files are.
        secret_places: Patterns of generated files that hold values, each with the name of the files, ignored by git,
            that values which are secret belong into instead.
        required_files: Files that every fork of its template must render, each with the reason to keep its name.
        uses: What the application states of the other backends of `[infra] backends`: `image`, how they build the
            image, and `targets`, how they deploy.
        origin: The package that the backend comes from, with its version; empty for this package.
    """

    api: ClassVar[int] = 1
    name: ClassVar[str]
    summary: ClassVar[str]
    template: ClassVar[str]
    Settings: ClassVar[type[BackendSettings]] = BackendSettings
    Answers: ClassVar[type[Answers]] = Answers
    placement: ClassVar[Placement] = Placement.FOLDER
    secret_places: ClassVar[Mapping[str, str]] = {}
    required_files: ClassVar[Mapping[str, str]] = {}
    uses: ClassVar[tuple[Literal["image", "targets"], ...]] = ()
    origin: ClassVar[str] = ""

    def __init_subclass__(cls) -> None:
        """Give a backend that places files at the top of the repository a table without an output directory."""
        super().__init_subclass__()
        if cls.placement is Placement.FILES and cls.Settings is BackendSettings:
            cls.Settings = FilesSettings
        if (cls.placement is Placement.FILES) != issubclass(cls.Settings, FilesSettings):
            raise TypeError(f"{cls.__name__}: FilesSettings is the base of Settings exactly for Placement.FILES")

    @property
    def directory_key(self) -> str:
        """The key of its table that names its output directory."""
        return self.Settings.directory_key()

    @property
    def table(self) -> tuple[str, ...]:
        """The path of its table of dazzle.toml, such as `("infra", "docker")`."""
        return self.Settings.table(self.name)

    @property
    def source(self) -> str:
        """The URL or path of the template that is used where no other is chosen."""
        return embedded_url(self.template) if self.template in TEMPLATE_NAMES else self.template

    def settings(self, manifest: Manifest) -> BackendSettings:
        """Return its table of dazzle.toml."""
        return manifest.settings(self.name, self.Settings)

    def directory(self, manifest: Manifest) -> str:
        """Return where its files go, POSIX, relative to the project."""
        return self.settings(manifest).output

    def choice(self, manifest: Manifest) -> TemplateChoice:
        """Return which template the manifest chooses."""
        settings = self.settings(manifest)
        return TemplateChoice(settings.template, settings.ref, settings.answers)

    def capabilities(self) -> Capabilities:
        """Return what the backend can do."""
        return Capabilities()

    def answers(self, application: Application, made: Made | None = None) -> BaseModel | Mapping[str, object]:
        """Return the answers to its template's questions; by default the vocabulary that it asks for.

        Args:
            application: The application.
            made: What was made already, and the questions and limits of the template's version; None where nothing was
                made.
        """
        return self.vocabulary(application, made)

    def vocabulary(self, application: Application, made: Made | None) -> dict[str, object]:
        """Return the values of the vocabulary that the template asks for; none if its questions are not known."""
        if made is None or made.questions is None:
            return {}
        # The models of the vocabulary take a while to import, and no backend of this package needs them.
        from dazzle_infra.backends.common_answers import answers_of_vocabulary

        return answers_of_vocabulary(self, application, made)

    def computed(self, application: Application, made: Made | None = None) -> dict[str, object]:
        """Return the answers as plain data."""
        answers = self.answers(application, made)
        return answers.model_dump(mode="json") if isinstance(answers, BaseModel) else dict(answers)

    def kept(self, application: Application, made: Made, answers: Mapping[str, object]) -> list[Kept]:
        """Return the values in `answers` that identify what exists and that differ from what dazzle.toml says."""
        return []

    def replaced(self, before: Mapping[str, object], after: Mapping[str, object]) -> list[Replaced]:
        """Return the existing resources that new answers replace, from recorded and new answers."""
        return []

    def provides(self, need: Need, application: Application) -> Provision:
        """Return what provides a need of the application, or why nothing does."""
        return Provision(None, "not declared by the backend")

    def variable(self, name: str, application: Application) -> str:
        """Return how a person sets a variable for its files, as a clause; empty where the files set it.

        Args:
            name: A variable that the infrastructure sets in general, such as the address of a store.
            application: The application.
        """
        return ""

    def validate(self, application: Application) -> None:
        """Refuse what this backend cannot do, before anything is rendered.

        Raises:
            UsageError: The manifest or the model asks for something that cannot be.
        """
        self.answers(application)

    def warnings(self, application: Application) -> list[str]:
        """Return problems that appear when the files are used, each as a sentence."""
        return []

    def because(self, question: str, application: Application, part: Difference | None = None) -> str:
        """Return where an answer comes from: evidence, a key of dazzle.toml, an override or a default.

        Args:
            question: The question.
            application: The application.
            part: What of the answer is meant, where it is a list of tables; None for all of it.
        """
        return "the model and dazzle.toml"

    def keys_of(self, path: FieldPath) -> Sequence[tuple[str, ...]]:
        """Return the keys of dazzle.toml that may set an answer or a field of it, the most specific first."""
        return ()

    def dropped_folders(self, root: Path, answers: Mapping[str, object]) -> list[Folder]:
        """Return the folders below `root`, the backend's directory, that the answers no longer name."""
        return []

    def remains(self, before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
        """Return what stays when the files leave of what new answers drop, and what to do with it, each as a sentence.

        Args:
            before: The recorded answers.
            after: The new answers.
        """
        return []

    def image(self, application: Application) -> ImageBuild | None:
        """Return how the image of the application is built with its files; None where they build none."""
        return None

    def target(self, application: Application) -> DeployTarget | None:
        """Return how environments are deployed with its files; None where they deploy none."""
        return None

    def impact(self, root: Path, changes: ChangeSet) -> Impact | None:
        """Return what applying the changes below `root` means for what was made; None where nothing is managed."""
        return None

    def tools(self) -> list[Tool]:
        """Return the tools that run the generated files, and what a missing one means."""
        return []

    def findings(self, project: Path, answers: Mapping[str, object]) -> list[Tool]:
        """Return what the generated files need outside the project, as far as programs of this machine can tell.

        `doctor` calls it where the files exist. It must print and return names alone, never the values of secrets.

        Args:
            project: The project's root.
            answers: The recorded answers.
        """
        return []

    def file_checks(self) -> Sequence[FileCheck]:
        """Return the programs that check the generated files; `template check` runs those that are on PATH."""
        return ()

    def hooks(self) -> Sequence[Hook]:
        """Return what runs before and after its files are written."""
        return ()
