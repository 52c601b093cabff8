"""The typed view of an AppSpec: only the facts that inference reads, from the IR of 0.112 up to 0.125.

It ignores every key that it does not know, and is strict about those that it does. A construct that a version of
the IR does not have is an empty tuple or None.
"""

from __future__ import annotations

from dazzle_infra.appspec.domain import Domain, Entity, Search, Tenancy
from dazzle_infra.appspec.flow import EventModel, Experience, Job, Process, Schedule, Subscription
from dazzle_infra.appspec.outside import (
    Api,
    Channel,
    DomainService,
    Integration,
    LlmConfig,
    LlmIntent,
    LlmModel,
    Notification,
    Webhook,
)
from dazzle_infra.appspec.view import Construct, Label, Name, Source, View

__all__ = ["AppSpec", "Reference"]


class Reference(View):
    """A string of the document that is exactly `config("NAME")` or `env("NAME")`.

    Attributes:
        variable: The name in it.
        kind: The kind of construct that it stands in, singular: `webhook`.
        name: That construct's name; empty where the construct has none.
        key: The path of keys inside the construct: `auth.secret_ref`.
        source: `file:line` of the construct, where the IR carries it.
        is_platform: Whether the construct is an entity that DAZZLE adds itself.
        is_secret: Whether the model says that the value is a secret.
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
        name: Its name, as the DSL writes it.
        title: Its title, for people; the name where the model has none.
        version: Its version.
        references: Names of variables that the model's texts refer to.
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
    webhooks: tuple[Webhook, ...] = ()

    references: tuple[Reference, ...] = ()

    @property
    def entities(self) -> tuple[Entity, ...]:
        """All entities, those of the platform included."""
        return self.domain.entities
