"""The environment variables that the application reads."""

from __future__ import annotations

from collections.abc import Iterator, Set

from dazzle_infra.appspec.model import AppSpec
from dazzle_infra.requirements.evidence import found
from dazzle_infra.requirements.external_settings import external_settings
from dazzle_infra.requirements.facts import ProjectFacts, StorageTable
from dazzle_infra.requirements.model import Need, Origin, Requirement, Setting
from dazzle_infra.requirements.names import bucket_name, holds_endpoint, holds_region, sounds_secret, variable_name
from dazzle_infra.requirements.needs import NEEDS
from dazzle_infra.requirements.settings import Claim, merge

__all__ = ["environment"]


def environment(appspec: AppSpec, facts: ProjectFacts, requirements: tuple[Requirement, ...]) -> tuple[Setting, ...]:
    """Return the variables that the application reads, one setting for each, sorted by name."""
    needs: set[Need] = {requirement.name for requirement in requirements if requirement.needed}
    claims = [claim for record in NEEDS if record.name in needs for claim in record.variables(facts)]
    claims += [*external_settings(appspec), *_of_manifest(appspec, facts, needs)]
    claims += facts.runtime_variables(appspec, needs, facts)
    return merge(claims)


def _of_manifest(appspec: AppSpec, facts: ProjectFacts, needs: Set[Need]) -> Iterator[Claim]:
    """Yield the variables to which tables of dazzle.toml refer."""
    for table in facts.storage:
        yield from _of_table(table, is_created="storage" in needs)
    for provider in facts.oauth_providers:
        table_name = f"[[auth.oauth_providers]] {provider.provider}"
        finding = found("manifest", table_name, "signs people in", provider.source)
        yield Claim(variable_name(provider.client_id_env), finding)
        yield Claim(variable_name(provider.client_secret_env), finding, secret=True)
    if facts.llm_driver == "anthropic-api" and (appspec.llm_models or appspec.llm_intents):
        finding = found("manifest", "[llm]", "driver is anthropic-api")
        yield Claim("ANTHROPIC_API_KEY", finding, secret=True)


def _of_table(table: StorageTable, *, is_created: bool) -> Iterator[Claim]:
    # The variables of a store that is not created are required too: the runtime does not start without them.
    finding = found("manifest", f"[storage.{table.name}]", "refers to it", table.source)
    origin: Origin = "platform" if is_created else "external"
    for name in table.bucket_variables:
        default = bucket_name(table.name) if is_created else None
        yield Claim(variable_name(name), finding, default=default, origin=origin)
    for name in table.variables:
        if holds_region(name):
            # The default region of Dazzle's runtime: http/runtime/aws_config.py:61
            yield Claim(name, finding, default="us-east-1", origin="platform")
        elif holds_endpoint(name):
            yield Claim(name, finding, origin=origin)
        else:
            yield Claim(variable_name(name), finding, secret=sounds_secret(name))
