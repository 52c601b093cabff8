from __future__ import annotations

from pathlib import Path

import pytest

from dazzle_infra.backends.identity import Made
from dazzle_infra.backends.terraform.environments import environments_of
from dazzle_infra.clouds.aws.profiles import EnvironmentSettings, resolve
from dazzle_infra.clouds.aws.quotas import address_remarks
from dazzle_infra.clouds.aws.zones import excluded_zone_ids
from tests.support.manifests import manifest_in
from tests.support.trees import build_tree


def zones(project: Path, text: str, **recorded: object) -> list[str]:
    """Return the zones that the environment `dev` does not use."""
    build_tree(project, {"dazzle.toml": f'[infra.terraform]\nenvironments = ["dev"]\n{text}'})
    environments = [{"name": "dev", **recorded}] if recorded else []
    (one,) = environments_of(manifest_in(project), Made({"environments": environments}))
    return one.excluded_zone_ids


@pytest.mark.parametrize(
    ("region", "without_domain", "with_domain"),
    [
        ("us-east-1", ["use1-az3"], ["use1-az3"]),
        ("ca-central-1", ["cac1-az3"], []),
        ("eu-central-1", [], []),
    ],
)
def test_a_zone_is_excluded_where_a_service_does_not_support_it(
    region: str, without_domain: list[str], with_domain: list[str]
) -> None:
    assert excluded_zone_ids(region, has_domain=False) == without_domain
    assert excluded_zone_ids(region, has_domain=True) == with_domain


def test_a_new_environment_avoids_unsupported_zones_and_an_existing_one_stays_where_it_is(tmp_path: Path) -> None:
    assert zones(tmp_path, "") == ["use1-az3"]
    assert zones(tmp_path, "", region="us-east-1") == []
    assert zones(tmp_path, "", region="us-east-1", excluded_zone_ids=["use1-az1"]) == ["use1-az1"]
    own = '[infra.terraform.env.dev]\nexcluded_zone_ids = ["use1-az2", "use1-az1", "use1-az2"]\n'
    assert zones(tmp_path, own, region="us-east-1") == ["use1-az1", "use1-az2"]


def test_an_environment_that_moves_to_another_region_gets_the_zones_of_that_region(tmp_path: Path) -> None:
    moved = '[infra.terraform.env.dev]\nregion = "ca-central-1"\n'
    assert zones(tmp_path, moved, region="us-east-1", excluded_zone_ids=["use1-az1"]) == ["cac1-az3"]


def test_nat_gateways_that_exceed_the_addresses_of_a_new_account_are_named() -> None:
    production = EnvironmentSettings(nat_gateways="per_zone")
    two = [resolve(name, production.model_copy(update={"zone_count": 3})) for name in ("prod", "prod-eu")]
    (remark,) = address_remarks([resolve("dev", EnvironmentSettings()), *two])
    assert "the NAT gateways of dev, prod, prod-eu need 7 Elastic IP addresses in us-east-1" in remark
    assert "Service Quotas" in remark
    apart = [one.model_copy(update={"account_id": f"12345678901{number}"}) for number, one in enumerate(two)]
    assert address_remarks(apart) == []
    assert address_remarks([two[0], two[1].model_copy(update={"region": "eu-west-1"})]) == []
