"""From the manifest's environments to those of the answers; what identifies one that was made is kept."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping

from dazzle_infra.backends.identity import Kept, Made, Replaced, place, recorded_environments
from dazzle_infra.backends.terraform.settings import terraform_settings
from dazzle_infra.clouds.aws import rules
from dazzle_infra.clouds.aws.environment import Environment
from dazzle_infra.clouds.aws.profiles import NEWEST_PROFILES, EnvironmentSettings, resolve
from dazzle_infra.clouds.aws.zones import excluded_zone_ids
from dazzle_infra.project.manifest import Manifest

__all__ = [
    "environments_of",
    "holds_data",
    "kept_regions",
    "recorded_networks",
    "replaced_environments",
    "state_region_of",
    "state_regions_of",
]

_FIRST_NETWORK = "10.0.0.0/16"
_NETWORKS = [str(one) for one in ipaddress.IPv4Network("10.0.0.0/8").subnets(new_prefix=16)]
_DEFAULT_REGION = Environment(name="dev").region


def environments_of(manifest: Manifest, made: Made, tenant_domain: str = "") -> list[Environment]:
    """Return the environments, in the manifest's order.

    One that was made keeps its region, its network range, its zones and the version of its profile, unless its own
    table says otherwise.

    Args:
        manifest: The content of dazzle.toml.
        made: What was made already.
        tenant_domain: The domain of the model below which each tenant has a host; empty if tenants have none.

    Raises:
        ManifestError: An environment contradicts itself.
    """
    terraform = terraform_settings(manifest)
    networks = _networks(terraform.environments, terraform.env, recorded_networks(made.recorded))
    found = []
    for name in terraform.environments:
        stated = terraform.settings_of(name, manifest.infra.env)
        kept = {"network_cidr": networks[name], "profile_version": _profile_version(stated, made, name)}
        one = resolve(
            name,
            stated.model_copy(update=kept),
            region=_recorded_region(made, name) or terraform.region,
            container_image=terraform.container_image,
            container_registry_access=terraform.container_registry_access,
        )
        if stated.excluded_zone_ids is None:
            one = one.model_copy(update={"excluded_zone_ids": _excluded_zones(made, one)})
        found.append(one)
    return _with_tenants(found, terraform.env, tenant_domain)


def _excluded_zones(made: Made, environment: Environment) -> list[str]:
    """Return the zones that an environment does not use: the recorded ones, so that its subnets stay where they are."""
    recorded = made.environments.get(environment.name)
    if recorded is None or recorded.get("region") != environment.region:
        return excluded_zone_ids(environment.region, has_domain=bool(environment.domain_name))
    kept = recorded.get("excluded_zone_ids", [])
    return [str(one) for one in kept] if isinstance(kept, list) else []


def _profile_version(own: EnvironmentSettings, made: Made, name: str) -> int:
    """Return the version of the profile of an environment: what is set, what was recorded, else the newest.

    A release of the template that does not record it has the defaults of version 1 alone.
    """
    if made.questions is not None and "renamed_buckets" not in made.questions:
        return 1
    if own.profile_version is not None or name not in made.environments:
        return own.profile_version or NEWEST_PROFILES
    recorded = made.environments[name].get("profile_version")
    return recorded if isinstance(recorded, int) and 1 <= recorded <= NEWEST_PROFILES else 1


def _with_tenants(
    environments: list[Environment], settings: Mapping[str, EnvironmentSettings], tenant_domain: str
) -> list[Environment]:
    """Give the tenants' domain to the production environment whose own domain name is that one, above or below it.

    Two environments cannot have the same hosts, so that only the first such environment gets it, and none if a table
    sets `tenant_domain`.
    """
    if not tenant_domain or any(one.tenant_domain is not None for one in settings.values()):
        return environments
    served = [
        one.name for one in environments if one.profile == "production" and _related(one.domain_name, tenant_domain)
    ]
    return [
        one.model_copy(update={"tenant_domain": tenant_domain}) if one.name in served[:1] else one
        for one in environments
    ]


def _related(host: str, domain: str) -> bool:
    return bool(host) and (f".{host}".endswith(f".{domain}") or f".{domain}".endswith(f".{host}"))


def _recorded_region(made: Made, name: str) -> str | None:
    region = made.environments.get(name, {}).get("region")
    is_kept = name not in made.relocates and isinstance(region, str) and region in rules.REGIONS
    return str(region) if is_kept else None


def state_region_of(environments: list[Environment], made: Made) -> str:
    """Return the region of the bucket that `bootstrap` makes: the recorded one, else that of the first environment."""
    first = next(iter(made.environments.values()), {})
    recorded = made.recorded.get("state_region") or first.get("region")
    return recorded if isinstance(recorded, str) and recorded in rules.REGIONS else environments[0].region


def state_regions_of(environments: list[Environment], made: Made) -> dict[str, str]:
    """Return the region of each environment's `state_bucket`.

    It is the one at the end of a name that `bootstrap` gives, else the recorded one, else that of the environment.
    """
    recorded = made.recorded.get("state_regions")
    known = {name: one.get("region") for name, one in made.environments.items()}
    known |= recorded if isinstance(recorded, Mapping) else {}
    regions = {one.name: (known.get(one.name), one.region) for one in environments}
    kept = {name: old if isinstance(old, str) and old in rules.REGIONS else new for name, (old, new) in regions.items()}
    return {one.name: rules.region_of_bucket(one.state_bucket) or kept[one.name] for one in environments}


def recorded_networks(answers: Mapping[str, object]) -> dict[str, str]:
    """Return the IPv4 range of each environment in recorded answers, by its name; what is no range is left out."""
    ranges = {name: str(one.get("network_cidr")) for name, one in recorded_environments(answers).items()}
    return {name: text for name, text in ranges.items() if _is_range(text)}


def _is_range(text: str) -> bool:
    try:
        ipaddress.IPv4Network(text)
    except ValueError:
        return False
    return True


def _networks(
    names: Iterable[str], settings: Mapping[str, EnvironmentSettings], made: Mapping[str, str]
) -> dict[str, str]:
    """Return each environment's range: what is set, what was made, else the first that overlaps no other."""
    chosen = {name: one.network_cidr for name, one in settings.items() if one.network_cidr}
    taken = dict(made) | chosen
    for name in names:
        taken.setdefault(name, _free(taken.values()))
    return taken


def _free(taken: Iterable[str]) -> str:
    others = [ipaddress.ip_network(one) for one in taken]
    free = (one for one in _NETWORKS if not any(ipaddress.ip_network(one).overlaps(other) for other in others))
    return next(free, _FIRST_NETWORK)


def kept_regions(manifest: Manifest, answers: Mapping[str, object]) -> list[Kept]:
    """Return the environments whose region is the recorded one and not that of dazzle.toml.

    Args:
        manifest: What dazzle.toml says.
        answers: The answers that are used.
    """
    terraform, where = terraform_settings(manifest), place(manifest, "infra", "terraform", "region")
    source = "[infra.terraform] region" if where else "the default region"
    kept = []
    for name, one in recorded_environments(answers).items():
        own = terraform.env.get(name, EnvironmentSettings()).region
        stated, region = own or terraform.region or _DEFAULT_REGION, one.get("region")
        if isinstance(region, str) and region != stated and name in terraform.environments:
            statement = f'region = "{stated}" in [infra.terraform.env.{name}]'
            kept.append(
                Kept(
                    *("environments", name, "region", region, stated, source, where),
                    option=f"--relocate {name}",
                    statement=statement,
                    effect="everything in the environment is then created again; databases and buckets do not move",
                )
            )
    return kept


def replaced_environments(before: Mapping[str, object], after: Mapping[str, object]) -> list[Replaced]:
    """Return the environments that get another region or network range, and what that means."""
    old, new = recorded_environments(before), recorded_environments(after)
    has_data = holds_data(before)
    state = _STATE_STAYS if "state_region" in after else _STATE_MAY_MOVE
    return [
        Replaced(
            *("environments", name, key, str(old[name][key]), str(new[name][key]), has_data),
            text.format(name=name, state=state),
        )
        for name in new
        if name in old
        for key, text in _CONSEQUENCES.items()
        if old[name].get(key) and new[name].get(key) and old[name][key] != new[name][key]
    ]


def holds_data(answers: Mapping[str, object]) -> bool:
    """Say whether an environment of such answers holds data."""
    return any(answers.get(need) is True for need in ("database", "storage", "queue", "cache"))


_STATE_STAYS = "the Terraform state bucket stays in its region"
_STATE_MAY_MOVE = (
    "this version of the template derives the region of the state bucket from the environments: keep the old region in "
    "bootstrap and backend.hcl, or update to a version that records it"
)
_CONSEQUENCES = {
    "region": "everything in {name} is created again in the new region; databases and buckets do not move, their data "
    "is not copied; {state}",
    "network_cidr": "the network of {name} is replaced with everything in it, databases and caches included; back "
    "them up first",
}
