"""The variables that DAZZLE's own runtime reads, as found in dazzle-dsl 0.125.0."""

from __future__ import annotations

from collections.abc import Iterator, Set

from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.appspec.outside import Integration
from dazzle_infra.inference.evidence import Finding, found, whole_model
from dazzle_infra.inference.model import Need
from dazzle_infra.inference.names import variable_name
from dazzle_infra.inference.phrases import PHRASES
from dazzle_infra.inference.settings import Claim

__all__ = ["runtime_settings"]

_SECRETS = {
    # page/runtime/experience_state.py:43
    "DAZZLE_SECRET_KEY": "signs the state between the steps of an experience",
    # http/runtime/subsystems/auth.py:279
    "DAZZLE_SESSION_SECRET": "signs sessions",
    # http/runtime/subsystems/auth.py:418
    "JWT_SECRET": "signs tokens",
}


def runtime_settings(appspec: AppSpec, needs: Set[Need]) -> Iterator[Claim]:
    """Yield what the runtime reads for every application, and for what this one needs."""
    for name, because in _SECRETS.items():
        yield Claim(name, _runtime(because), secret=True, origin="generated")
    # cli/runtime_impl/serve.py:268
    yield Claim("PORT", _runtime("listens on it"), default="8000", origin="platform")
    # core/manifest.py:1355
    yield Claim(
        "DAZZLE_SITE_URL",
        _runtime("writes it into links that leave the application"),
        default="http://localhost:8000",
        origin="platform",
    )
    if "mail" in needs:
        mail = whole_model(PHRASES["mail"])
        # http/channels/providers/email.py:58 and 264: `mailpit` or `ses`; 71 and 76
        yield Claim("DAZZLE_EMAIL_PROVIDER", mail, default="mailpit", origin="platform")
        yield Claim("MAILPIT_HOST", mail, default="localhost", origin="platform", local_only=True)
        yield Claim("MAILPIT_SMTP_PORT", mail, default="1025", origin="platform", local_only=True)
    if "storage" in needs:
        # http/runtime/aws_config.py:68: an S3-compatible store in place of AWS's own
        yield Claim("DAZZLE_AWS_ENDPOINT_URL", whole_model(PHRASES["storage"]), origin="platform", local_only=True)
    for integration in appspec.integrations:
        yield from _addresses(integration, appspec)


def _runtime(because: str) -> Finding:
    return found("runtime", "dazzle", because)


def _addresses(integration: Integration, appspec: AppSpec) -> Iterator[Claim]:
    if integration.mappings and integration.base_url is None:
        # http/runtime/mapping_executor.py:585
        because = "has mappings and no base_url: the runtime reads its address here"
        finding = found("integration", integration.name, because, integration.source)
        yield Claim(f"DAZZLE_API_{_spell(integration.name)}_URL", finding)
    guarded = {api.name for api in appspec.apis if api.auth_profile is not None and api.auth_profile.kind != "none"}
    for action in integration.actions:
        if action.call_service:
            # http/runtime/integration_executor.py:96 and 97
            because = f"action {action.name} calls {action.call_service}: the runtime reads its address and key here"
            finding = found("integration", integration.name, because, integration.source)
            yield Claim(f"DAZZLE_API_{_spell(action.call_service)}_URL", finding)
            if action.call_service in guarded:
                yield Claim(f"DAZZLE_API_{_spell(action.call_service)}_KEY", finding, secret=True)


def _spell(name: str) -> str:
    # The runtime's own spelling, which does not divide `TicketNotify` into words.
    return variable_name(name.upper().replace("-", "_").replace(".", "_"))
