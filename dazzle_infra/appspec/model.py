"""The typed view of an AppSpec: only the facts that inference reads, from the IR of Dazzle 0.112 to 0.125.

Unknown keys are ignored; the types of known keys are checked strictly. A construct that a version of the IR does not
have is an empty tuple or None.
"""

from __future__ import annotations

from dazzle_infra.appspec.domain import Domain, Entity, Search, Tenancy
from dazzle_infra.appspec.external import (
    Api,
    Channel,
    DomainService,
    Integration,
    LlmConfig,
    LlmIntent,
    LlmModel,
    Notification,
)
from dazzle_infra.appspec.flow import EventModel, Experience, Job, Process, Schedule, Subscription
from dazzle_infra.appspec.view import Construct, Label, Name, Source, View

__all__ = ["AppSpec", "Reference"]


class Reference(View):
    """A string of the document that is exactly `config("NAME")` or `env("NAME")`.

    Attributes:
        variable: The name of the variable.
        kind: The kind of construct that contains the string, in the singular: `webhook`.
        name: That construct's name; empty if it has none.
        key: The path of keys inside the construct: `auth.secret_ref`.
        source: `file:line` of the construct, if the IR contains it.
        is_platform: Whether the construct is an entity that Dazzle adds itself.
        is_secret: Whether the model declares the value as a secret.
    """

    variable: Name
    kind: Label
    name: Label
    key: Label
    source: Source = None
    is_platform: bool = False
    is_secret: bool = False


class AppSpec(View):
    """An application.

    Attributes:
        name: The name in the DSL.
        title: The display title; the name if the model has none.
        version: The application's version.
        references: References of the model's texts to variables.
    """

    name: Name
    title: Label = ""
    version: Label = "0.1.0"
    domain: Domain

    apis: tuple[Api, ...] = ()
    atomic_flows: tuple[Construct, ...] = ()
    channels: tuple[Channel, ...] = ()
    domain_services: tuple[DomainService, ...] = ()
    event_model: EventModel | None = None
    experiences: tuple[Experience, ...] = ()
    foreign_models: tuple[Construct, ...] = ()
    integrations: tuple[Integration, ...] = ()
    jobs: tuple[Job, ...] = ()
    ledgers: tuple[Construct, ...] = ()
    llm_config: LlmConfig | None = None
    llm_intents: tuple[LlmIntent, ...] = ()
    llm_models: tuple[LlmModel, ...] = ()
    notifications: tuple[Notification, ...] = ()
    processes: tuple[Process, ...] = ()
    projections: tuple[Construct, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    searches: tuple[Search, ...] = ()
    slas: tuple[Construct, ...] = ()
    streams: tuple[Construct, ...] = ()
    subscriptions: tuple[Subscription, ...] = ()
    tenancy: Tenancy | None = None
    transactions: tuple[Construct, ...] = ()
    webhooks: tuple[Construct, ...] = ()

    references: tuple[Reference, ...] = ()

    @property
    def entities(self) -> tuple[Entity, ...]:
        """All entities, including those that Dazzle adds itself."""
        return self.domain.entities
