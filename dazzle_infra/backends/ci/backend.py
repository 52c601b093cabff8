"""The CI backend: pipelines at the top of the repository that call the scripts of the targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal

from dazzle_infra.backends.answer_differences import Difference
from dazzle_infra.backends.answers import Answers
from dazzle_infra.backends.application import Application
from dazzle_infra.backends.base import Backend, Capabilities, Placement, Provision
from dazzle_infra.backends.ci import NAME, SUMMARY
from dazzle_infra.backends.ci.answers import CiAnswers
from dazzle_infra.backends.ci.building import CI_NAME, ci_answers
from dazzle_infra.backends.ci.hooks import CiNextSteps
from dazzle_infra.backends.ci.settings import CiSettings
from dazzle_infra.backends.ci.sources import CI_SOURCES
from dazzle_infra.backends.entry_sources import own_answer, source_of_entry
from dazzle_infra.backends.identity import Kept, Made
from dazzle_infra.backends.provenance import keys_of, provenance
from dazzle_infra.hooks import Hook
from dazzle_infra.project.manifest import BackendSettings
from dazzle_infra.requirements.model import Need
from dazzle_infra.templates.fitting import FieldPath

if TYPE_CHECKING:
    from dazzle_infra.backends.file_checks import FileCheck
    from dazzle_infra.backends.tools import Tool

__all__ = ["CiBackend"]

_EFFECT = "names of workflows and jobs change, and protection rules that name them have to be changed as well"


class CiBackend(Backend):
    """Makes the pipelines."""

    name: ClassVar[str] = NAME
    summary: ClassVar[str] = SUMMARY
    template: ClassVar[str] = "ci"
    Settings: ClassVar[type[BackendSettings]] = CiSettings
    Answers: ClassVar[type[Answers]] = CiAnswers
    placement: ClassVar[Placement] = Placement.FILES
    uses: ClassVar[tuple[Literal["image", "targets"], ...]] = ("image", "targets")

    def capabilities(self) -> Capabilities:
        """Say what the backend can do."""
        return Capabilities(("yaml",), supports_incremental=True, requires_config=False)

    def answers(self, application: Application, made: Made | None = None) -> CiAnswers:
        """Return the answers to the CI template's questions."""
        return ci_answers(application, made)

    def provides(self, need: Need, application: Application) -> Provision:
        """Say that pipelines provide nothing at run time."""
        return Provision(None, "pipelines deploy what other backends provide")

    def kept(self, application: Application, made: Made, answers: Mapping[str, object]) -> list[Kept]:
        """Return the application's name where it is not that of dazzle.toml."""
        return made.kept_name(application.manifest, CI_NAME, answers.get("app_name"), _EFFECT)

    def warnings(self, application: Application) -> list[str]:
        """Name what keeps the pipelines from running, from testing and from deploying."""
        from dazzle_infra.backends.ci.remarks import ci_remarks

        return ci_remarks(application, self.answers(application))

    def because(self, question: str, application: Application, part: Difference | None = None) -> str:
        """Say where an answer comes from."""
        manifest = application.manifest
        known = own_answer(question, self.table, manifest) or source_of_entry(question, part, manifest)
        return known or provenance(question, CI_SOURCES, manifest, application.inferred)

    def keys_of(self, path: FieldPath) -> Sequence[tuple[str, ...]]:
        """Return the keys of dazzle.toml that may set an answer or a field of it."""
        return keys_of(path, CI_SOURCES)

    def findings(self, project: Path, answers: Mapping[str, object]) -> list[Tool]:
        """Return which variables and secrets of the pipelines are not set, where the provider's program is there."""
        from dazzle_infra.backends.ci.provider_tools import provider_findings

        return provider_findings(project, answers)

    def file_checks(self) -> Sequence[FileCheck]:
        """Return the checks of workflows and pipelines."""
        from dazzle_infra.backends.ci.file_checks import FILE_CHECKS

        return FILE_CHECKS

    def hooks(self) -> Sequence[Hook]:
        """Return the next steps."""
        return (CiNextSteps(),)
