"""What the application reads from its environment."""

from __future__ import annotations

from collections.abc import Iterator, Set

from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.inference.data_needs import DEFAULT_BUCKET
from dazzle_infra.inference.evidence import found, whole_model
from dazzle_infra.inference.facts import ProjectFacts, StorageTable
from dazzle_infra.inference.model import Need, Origin, Requirement, Setting
from dazzle_infra.inference.names import bucket_name, holds_endpoint, holds_region, sounds_secret, variable_name
from dazzle_infra.inference.outside_settings import outside_settings
from dazzle_infra.inference.phrases import PHRASES
from dazzle_infra.inference.runtime_settings import runtime_settings
from dazzle_infra.inference.settings import Claim, merge

__all__ = ["environment"]


def environment(appspec: AppSpec, facts: ProjectFacts, requirements: tuple[Requirement, ...]) -> tuple[Setting, ...]:
    """Return every variable that the application reads, sorted by name, once each."""
    needs: set[Need] = {requirement.name for requirement in requirements if requirement.needed}
    claims = [*_of_needs(needs, facts), *outside_settings(appspec), *_of_manifest(appspec, facts, needs)]
    if facts.runtime == "dazzle":
        claims += runtime_settings(appspec, needs)
    if facts.runtime == "django":
        # docs.djangoproject.com, "Settings": Django does not start without one.
        signs = found("runtime", "django", "signs sessions and tokens")
        claims.append(Claim("SECRET_KEY", signs, secret=True, origin="generated"))
    return merge(claims)


def _of_needs(needs: Set[Need], facts: ProjectFacts) -> Iterator[Claim]:
    """Yield the addresses of what the infrastructure makes."""
    if "database" in needs:
        # The password is a part of it.
        yield Claim("DATABASE_URL", whole_model(PHRASES["database"]), secret=True, origin="platform")
    if needs & {"cache", "queue"}:
        # One reason for both, so that it stays when one of them goes. The cloud's cache wants a token in it.
        both = whole_model(f"{PHRASES['cache']}, {PHRASES['queue']}")
        yield Claim("REDIS_URL", both, secret=True, origin="platform")
    if "queue" in needs:
        yield Claim("QUEUE_URL", whole_model(PHRASES["queue"]), origin="platform", cloud_only=True)
    if "storage" in needs and not any(table.bucket_variables for table in facts.storage):
        default = bucket_name("storage")
        yield Claim(DEFAULT_BUCKET, whole_model(PHRASES["storage"]), default=default, origin="platform")


def _of_manifest(appspec: AppSpec, facts: ProjectFacts, needs: Set[Need]) -> Iterator[Claim]:
    """Yield what the tables of dazzle.toml refer to."""
    for table in facts.storage:
        yield from _of_table(table, made="storage" in needs)
    for provider in facts.oauth_providers:
        table_name = f"[[auth.oauth_providers]] {provider.provider}"
        finding = found("manifest", table_name, "signs people in", provider.source)
        yield Claim(variable_name(provider.client_id_env), finding)
        yield Claim(variable_name(provider.client_secret_env), finding, secret=True)
    if facts.llm_driver == "anthropic-api" and (appspec.llm_models or appspec.llm_intents):
        finding = found("manifest", "[llm]", "driver is anthropic-api")
        yield Claim("ANTHROPIC_API_KEY", finding, secret=True)


def _of_table(table: StorageTable, *, made: bool) -> Iterator[Claim]:
    # A store that is not made here still needs its variables: the runtime does not start without them.
    finding = found("manifest", f"[storage.{table.name}]", "refers to it", table.source)
    origin: Origin = "platform" if made else "external"
    for name in table.bucket_variables:
        default = bucket_name(table.name) if made else None
        yield Claim(variable_name(name), finding, default=default, origin=origin)
    for name in table.variables:
        if holds_region(name):
            # The region that the runtime falls back on itself: http/runtime/aws_config.py:61
            yield Claim(name, finding, default="us-east-1", origin="platform")
        elif holds_endpoint(name):
            yield Claim(name, finding, origin=origin)
        else:
            yield Claim(variable_name(name), finding, secret=sounds_secret(name))
