"""Backends that are templates alone: `[infra.custom.NAME]`."""

from __future__ import annotations

from collections.abc import Mapping

from dazzle_infra.backends.answer_differences import Difference
from dazzle_infra.backends.application import Application
from dazzle_infra.backends.base import Backend, Capabilities, Provision
from dazzle_infra.backends.entry_sources import own_answer
from dazzle_infra.backends.identity import Kept, Made
from dazzle_infra.errors import TemplateError
from dazzle_infra.project.manifest import BackendSettings, CustomSettings, Manifest
from dazzle_infra.project.manifest.backend_tables import settings_in, settings_model
from dazzle_infra.requirements.model import Need
from dazzle_infra.workload.labels import APPLICATION_LIMIT

__all__ = ["CustomBackend", "custom_backend"]

_EFFECT = "the files then state another application; what they made under the old name stays"


class CustomBackend(Backend):
    """A template that gets the vocabulary as far as it asks for it."""

    Settings = CustomSettings

    def capabilities(self) -> Capabilities:
        """Return that the template needs a table of dazzle.toml, which names it."""
        return Capabilities(requires_config=True)

    def settings(self, manifest: Manifest) -> BackendSettings:
        """Return its table of dazzle.toml; the defaults if dazzle.toml does not have the table."""
        return settings_in(manifest.infra).get(self.name) or self.Settings.model_construct(template=self.template)

    def answers(self, application: Application, made: Made | None = None) -> Mapping[str, object]:
        """Return the values of the vocabulary that the template asks for.

        Raises:
            TemplateError: A question of a value has a condition, so that the value may not be recorded.
        """
        found = self.vocabulary(application, made)
        questions = made.questions if made is not None and made.questions is not None else {}
        for name in found:
            question = questions[name]
            if isinstance(question, Mapping) and question.get("when") not in (None, True):
                raise TemplateError(
                    f"{made.template if made else self.template}: the question {name} has `when`",
                    hint="remove it: an answer that is not recorded is lost in the next update",
                )
        return found

    def kept(self, application: Application, made: Made, answers: Mapping[str, object]) -> list[Kept]:
        """Return the application's name where it is not that of dazzle.toml."""
        return made.kept_name(application.manifest, APPLICATION_LIMIT, answers.get("app_name"), _EFFECT)

    def because(self, question: str, application: Application, part: Difference | None = None) -> str:
        """Return the place of an answer of dazzle.toml; the vocabulary is the source of the others."""
        known = own_answer(question, self.table, application.manifest)
        return known or super().because(question, application, part)

    def provides(self, need: Need, application: Application) -> Provision:
        """Return that the template decides: it is told what the application needs."""
        return Provision(None, "depends on the template, which is told of it")


def custom_backend(name: str, template: str) -> Backend:
    """Return the backend of a template.

    Args:
        name: The name of its table.
        template: The URL or path of the template.
    """
    stated = {
        "name": name,
        "summary": f"the files of the template {template}",
        "template": template,
        "Settings": settings_model(name, CustomSettings),
    }
    made: type[CustomBackend] = type("CustomBackend", (CustomBackend,), stated)
    return made()
