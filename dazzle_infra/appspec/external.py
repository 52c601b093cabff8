"""Views of the constructs that involve other systems: integrations, APIs, webhooks, channels, language models."""

from __future__ import annotations

from typing import Any

from dazzle_infra.appspec.view import Construct, Name, Raw, Text, View

__all__ = [
    "Action",
    "Api",
    "Channel",
    "DomainService",
    "Integration",
    "LlmConfig",
    "LlmIntent",
    "LlmModel",
    "Mapping",
    "Notification",
    "Sync",
    "Trigger",
]


class AuthProfile(View):
    """How an API authenticates its callers."""

    kind: Name


class Api(Construct):
    """An external API."""

    spec_url: Raw | None = None
    spec_inline: Raw | None = None
    auth_profile: AuthProfile | None = None


class DomainService(Construct):
    """A service that is implemented in code."""

    kind: Name = "domain_logic"


class Auth(View):
    """How an integration authenticates. The credentials are names of variables."""

    auth_type: Name
    credentials: tuple[Name, ...] = ()


class Action(View):
    """A call of an integration on demand."""

    name: Name
    when_surface: Text = ""
    call_service: Text = ""


class Sync(View):
    """A synchronisation of an integration."""

    name: Name
    mode: Name
    schedule: Text | None = None


class Trigger(View):
    """The event that starts a mapping."""

    trigger_type: Name
    from_state: Text | None = None
    to_state: Text | None = None


class Mapping(View):
    """A call of an integration when an entity changes."""

    name: Name
    triggers: tuple[Trigger, ...] = ()


class Integration(Construct):
    """An integration with another system."""

    base_url: Text | None = None
    auth: Auth | None = None
    actions: tuple[Action, ...] = ()
    syncs: tuple[Sync, ...] = ()
    mappings: tuple[Mapping, ...] = ()


class Operation(View):
    """A message that a channel sends or receives."""

    name: Name


class Channel(Construct):
    """A channel that sends and receives messages."""

    kind: Name = "email"
    send_operations: tuple[Operation, ...] = ()
    receive_operations: tuple[Operation, ...] = ()


class Notification(Construct):
    """A notification, with the kinds of channel that deliver it."""

    channels: tuple[Name, ...] = ()


class LlmConfig(View):
    """Settings for all language models."""

    artifact_store: Name = "local"
    rate_limits: dict[str, Any] = {}
    concurrency: dict[str, Any] = {}


class LlmModel(Construct):
    """A language model; `google` as the provider, with a project, means Vertex AI."""

    provider: Name
    project: Text | None = None
    api_key_env: Name | None = None


class IntentTrigger(View):
    """The event that starts an intent."""

    on_entity: Text = ""
    on_event: Text = ""


class LlmIntent(Construct):
    """A task for a language model."""

    triggers: tuple[IntentTrigger, ...] = ()
