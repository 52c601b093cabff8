"""The variables that Dazzle's own runtime reads, as found in dazzle-dsl 0.125.0."""

from __future__ import annotations

from collections.abc import Iterator, Set

from dazzle_infra.appspec.external import Integration
from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.requirements.evidence import Finding, found, whole_model
from dazzle_infra.requirements.facts import ProjectFacts
from dazzle_infra.requirements.model import Need
from dazzle_infra.requirements.names import variable_name
from dazzle_infra.requirements.needs import need_record
from dazzle_infra.requirements.settings import Claim

__all__ = ["dazzle_variables"]

_SECRETS = {
    # page/runtime/experience_state.py:43
    "DAZZLE_SECRET_KEY": "signs the state between the steps of an experience",
    # http/runtime/subsystems/auth.py:279
    "DAZZLE_SESSION_SECRET": "signs sessions",
    # http/runtime/subsystems/auth.py:418
    "JWT_SECRET": "signs tokens",
}

_DRIVER_PROGRAMS = {"claude-cli": "claude", "grok-cli": "grok"}
"""The programs of drivers that use a person's subscription (llm/driver.py:54): Dazzle refuses them in production."""


def dazzle_variables(appspec: AppSpec, needs: Set[Need], facts: ProjectFacts) -> Iterator[Claim]:
    """Yield what the runtime reads for every application, and for what this one needs."""
    for name, because in _SECRETS.items():
        yield Claim(name, _runtime(because), secret=True, origin="generated")
    # cli/runtime_impl/serve.py:268
    yield Claim("PORT", _runtime("the port that it listens on"), default="8000", origin="platform")
    # core/manifest.py:1355
    yield Claim(
        "DAZZLE_SITE_URL",
        _runtime("the base of absolute links"),
        default="http://localhost:8000",
        origin="platform",
    )
    if "mail" in needs:
        mail = whole_model(need_record("mail").purpose)
        # http/channels/providers/email.py:58 and 264: `mailpit` or `ses`; 71 and 76
        yield Claim("DAZZLE_EMAIL_PROVIDER", mail, default="mailpit", origin="platform")
        yield Claim("MAILPIT_HOST", mail, default="localhost", origin="platform", local_only=True)
        yield Claim("MAILPIT_SMTP_PORT", mail, default="1025", origin="platform", local_only=True)
    if "storage" in needs:
        # http/runtime/aws_config.py:68: an S3-compatible store in place of AWS's own
        storage = whole_model(need_record("storage").purpose)
        yield Claim("DAZZLE_AWS_ENDPOINT_URL", storage, origin="platform", local_only=True)
    program = _driver_program(appspec, facts)
    if program:
        # llm/driver.py:130: the variable takes precedence over dazzle.toml; 140: the driver needs the key
        because = f"its driver needs the program {program}, which no image contains"
        finding = found("manifest", "[llm]", because)
        yield Claim("DAZZLE_LLM_DRIVER", finding, default="anthropic-api")
        yield Claim("ANTHROPIC_API_KEY", finding, secret=True)
    for integration in appspec.integrations:
        yield from _addresses(integration, appspec)


def _driver_program(appspec: AppSpec, facts: ProjectFacts) -> str:
    """Return the program of a person's machine by which dazzle.toml has language models called; empty for none."""
    calls_models = appspec.llm_models or appspec.llm_intents
    return _DRIVER_PROGRAMS.get((facts.llm_driver or "").strip().lower(), "") if calls_models else ""


def _runtime(because: str) -> Finding:
    return found("runtime", "dazzle", because)


def _addresses(integration: Integration, appspec: AppSpec) -> Iterator[Claim]:
    if integration.mappings and integration.base_url is None:
        # http/runtime/mapping_executor.py:585
        because = "has mappings and no base_url: its address"
        finding = found("integration", integration.name, because, integration.source)
        yield Claim(f"DAZZLE_API_{_spell(integration.name)}_URL", finding)
    guarded = {api.name for api in appspec.apis if api.auth_profile is not None and api.auth_profile.kind != "none"}
    for action in integration.actions:
        if action.call_service:
            # http/runtime/integration_executor.py:96 and 97
            because = f"action {action.name} calls {action.call_service}: its address and key"
            finding = found("integration", integration.name, because, integration.source)
            yield Claim(f"DAZZLE_API_{_spell(action.call_service)}_URL", finding)
            if action.call_service in guarded:
                yield Claim(f"DAZZLE_API_{_spell(action.call_service)}_KEY", finding, secret=True)


def _spell(name: str) -> str:
    # The runtime's own spelling, which does not divide `TicketNotify` into words.
    return variable_name(name.upper().replace("-", "_").replace(".", "_"))
