"""The subject of a check: the fork with the data that the parts of the check read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, create_model

from dazzle_infra.backends import Backend, backend
from dazzle_infra.backends.custom import custom_backend
from dazzle_infra.backends.identity import Made
from dazzle_infra.backends.registry import application_for
from dazzle_infra.contract.lineage import Lineage
from dazzle_infra.contract.samples import SAMPLES, sample
from dazzle_infra.contract.snapshot import Snapshot
from dazzle_infra.project.manifest.backend_tables import CUSTOM
from dazzle_infra.templates import Template, questions_of
from dazzle_infra.workload.vocabulary_models import Vocabulary

__all__ = ["Subject", "answers_model", "checked_backend", "sample_answers"]


@dataclass(frozen=True)
class Subject:
    """The fork with the data that the parts of the check read."""

    snapshot: Snapshot
    lineage: Lineage
    template: Template
    config: Mapping[str, object]
    answers: Mapping[str, Mapping[str, object]]

    @property
    def backend(self) -> Backend:
        """The backend of the template."""
        return checked_backend(self.lineage.name)

    @property
    def questions(self) -> dict[str, object]:
        """The questions of the template, without settings."""
        return {name: value for name, value in self.config.items() if not name.startswith("_")}


def checked_backend(name: str) -> Backend:
    """Return the backend whose template is checked; `custom` for a template of `[infra.custom.NAME]`."""
    return custom_backend(CUSTOM, CUSTOM) if name == CUSTOM else backend(name)


def sample_answers(name: str, template: Template, working: Path) -> dict[str, Mapping[str, object]]:
    """Return the computed answers of each sample, by its name.

    Args:
        name: The name of the backend.
        template: The template.
        working: A folder for copies of the samples.
    """
    one, made = checked_backend(name), Made(questions=questions_of(template))
    # The backend refuses a question with `when`; here it is a finding.
    answers = one.vocabulary if name == CUSTOM else one.computed
    return {shape: answers(application_for(one, sample(shape, working)), made) for shape in SAMPLES}


def answers_model(subject: Subject) -> type[BaseModel]:
    """Return the model of the answers; for a backend without one, the values of the vocabulary that are asked for."""
    one = subject.backend
    if one.Answers.model_fields:
        return one.Answers
    asked = {name: Vocabulary.model_fields[name] for name in subject.questions if name in Vocabulary.model_fields}
    fields: Any = {name: (field.annotation, ...) for name, field in asked.items()}
    return create_model("Asked", **fields)
