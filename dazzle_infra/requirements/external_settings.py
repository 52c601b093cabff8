"""Variables that the application reads for other systems: addresses, credentials and keys."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from dazzle_infra.appspec.external import Integration, LlmModel
from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.requirements.evidence import Finding, found
from dazzle_infra.requirements.names import sounds_secret, upper_snake, variable_name
from dazzle_infra.requirements.settings import Claim

__all__ = ["external_settings"]

_CREDENTIALS = {
    "api_key": ("_API_KEY",),
    "api_key_header": ("_API_KEY",),
    "api_key_query": ("_API_KEY",),
    "basic": ("_USERNAME", "_PASSWORD"),
    "bearer": ("_TOKEN",),
    "jwt_static": ("_TOKEN",),
    "oauth2": ("_CLIENT_ID", "_CLIENT_SECRET"),
    "oauth2_legacy": ("_CLIENT_ID", "_CLIENT_SECRET"),
    "oauth2_pkce": ("_CLIENT_ID",),
}
"""Suffixes of the variables that each kind of authentication requires, by convention."""

_PUBLIC = ("_CLIENT_ID", "_USERNAME")

_PROVIDER_KEYS = {"anthropic": "ANTHROPIC_API_KEY", "google": "GOOGLE_API_KEY", "openai": "OPENAI_API_KEY"}
"""The variable with the key of each provider. Other providers use the workload's identity, or no key."""


def external_settings(appspec: AppSpec) -> Iterator[Claim]:
    """Yield the variables that integrations, APIs, services, language models and references read."""
    for integration in appspec.integrations:
        yield from _of_integration(integration)
    for api in appspec.apis:
        if api.auth_profile is not None:
            kind = api.auth_profile.kind
            yield from _by_convention(api.name, kind, found("api", api.name, f"auth_profile {kind}", api.source))
    for service in appspec.domain_services:
        if service.kind == "integration":
            finding = found("domain_service", service.name, "calls another system", service.source)
            yield Claim(f"{upper_snake(service.name)}_URL", finding)
    for model in appspec.llm_models:
        key = _api_key(model)
        if key is not None:
            yield Claim(key, found("llm_model", model.name, f"a model of {model.provider}", model.source), secret=True)
    for reference in appspec.references:
        if reference.kind == "integration" and reference.key == "auth.credentials":
            continue
        because = f"refers to it in {reference.key}" if reference.key else "refers to it"
        finding = found(reference.kind, reference.name, because, reference.source, is_platform=reference.is_platform)
        yield Claim(reference.variable, finding, secret=reference.is_secret or sounds_secret(reference.variable))


def _of_integration(integration: Integration) -> Iterator[Claim]:
    name, auth = integration.name, integration.auth
    if auth is not None and auth.credentials:
        finding = found("integration", name, f"credentials of its {auth.auth_type} auth", integration.source)
        # Secret whatever their names are: Dazzle sends the first one as the token.
        yield from (Claim(variable_name(text), finding, secret=True) for text in auth.credentials)
    elif auth is not None:
        finding = found("integration", name, f"auth {auth.auth_type}", integration.source)
        yield from _by_convention(name, auth.auth_type, finding)
    if integration.base_url is not None and not _is_reference(integration.base_url):
        finding = found("integration", name, "base_url", integration.source)
        secret = _holds_a_password(integration.base_url)
        yield Claim(f"{upper_snake(name)}_BASE_URL", finding, secret=secret, default=integration.base_url)


def _by_convention(name: str, kind: str, finding: Finding) -> Iterator[Claim]:
    for ending in _CREDENTIALS.get(kind, ()):
        yield Claim(f"{upper_snake(name)}{ending}", finding, secret=ending not in _PUBLIC)


def _is_reference(text: str) -> bool:
    return text.startswith(("config(", "env("))


def _holds_a_password(url: str) -> bool:
    try:
        return urlsplit(url).password is not None or "@" in urlsplit(url).netloc
    except ValueError:
        return "@" in url


def _api_key(model: LlmModel) -> str | None:
    if model.api_key_env is not None:
        return variable_name(model.api_key_env)
    provider = model.provider.lower()
    # A model of Google with a project runs on Vertex AI, which uses the workload's identity.
    return None if provider == "google" and model.project is not None else _PROVIDER_KEYS.get(provider)
