"""What the application has to do with other systems."""

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
    "Webhook",
]


class AuthProfile(View):
    """How an API knows its callers."""

    kind: Name


class Api(Construct):
    """An API of somebody else's."""

    spec_url: Raw | None = None
    spec_inline: Raw | None = None
    auth_profile: AuthProfile | None = None


class DomainService(Construct):
    """A service whose logic is code."""

    kind: Name = "domain_logic"


class Auth(View):
    """How an integration authenticates; the credentials are names of variables."""

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
    """What starts a mapping."""

    trigger_type: Name
    from_state: Text | None = None
    to_state: Text | None = None


class Mapping(View):
    """A call of an integration when an entity changes."""

    name: Name
    entity_ref: Text = ""
    triggers: tuple[Trigger, ...] = ()


class Integration(Construct):
    """An integration with another system."""

    base_url: Text | None = None
    auth: Auth | None = None
    actions: tuple[Action, ...] = ()
    syncs: tuple[Sync, ...] = ()
    mappings: tuple[Mapping, ...] = ()


class WebhookAuth(View):
    """How an outbound webhook is signed."""

    secret_ref: Text | None = None


class Webhook(Construct):
    """A call to another system when an entity changes."""

    auth: WebhookAuth | None = None


class Operation(View):
    """Something that a channel sends or receives."""

    name: Name


class Channel(Construct):
    """A way for messages, out and in."""

    kind: Name = "email"
    send_operations: tuple[Operation, ...] = ()
    receive_operations: tuple[Operation, ...] = ()


class Notification(Construct):
    """A notification, with the kinds of channel that it takes."""

    channels: tuple[Name, ...] = ()


class LlmConfig(View):
    """Settings for all language models."""

    artifact_store: Name = "local"
    rate_limits: dict[str, Any] = {}
    concurrency: dict[str, Any] = {}


class LlmModel(Construct):
    """A language model; one of Google's with a project is Vertex AI."""

    provider: Name
    project: Text | None = None
    api_key_env: Name | None = None


class IntentTrigger(View):
    """What starts an intent."""

    on_entity: Text = ""
    on_event: Text = ""


class LlmIntent(Construct):
    """A task for a language model."""

    triggers: tuple[IntentTrigger, ...] = ()
