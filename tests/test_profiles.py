from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dazzle_infra.clouds.aws.environment import Environment
from dazzle_infra.clouds.aws.profiles import EnvironmentSettings, resolve
from dazzle_infra.clouds.aws.rules import region_of_bucket
from dazzle_infra.errors import ManifestError
from dazzle_infra.values.profiles import profile_of


def settings(**values: Any) -> EnvironmentSettings:
    return EnvironmentSettings.model_validate(values)


@pytest.mark.parametrize(
    ("profile", "names"),
    [
        ("production", ["prod", "production", "live", "prd", "prod-eu", "eu-prod", "prod2"]),
        ("staging", ["staging", "stage", "uat", "qa", "qa2", "preprod", "pre-prod", "non-prod", "stg"]),
        ("development", ["dev", "development", "test", "demo", "sandbox", "alice", "product", "nightly"]),
    ],
)
def test_the_name_of_an_environment_says_its_profile(profile: str, names: list[str]) -> None:
    assert {name: profile_of(name) for name in names} == dict.fromkeys(names, profile)


def test_the_settings_are_the_fields_of_an_environment_but_its_name() -> None:
    assert list(EnvironmentSettings.model_fields) == [name for name in Environment.model_fields if name != "name"]
    for name, field in EnvironmentSettings.model_fields.items():
        assert field.default is None, name
        assert field.description, name


def test_development_of_version_1_is_what_an_environment_is_by_default() -> None:
    assert resolve("dev", settings(profile_version=1)) == Environment(name="dev")


def test_version_2_of_the_profiles_has_fewer_services_that_are_billed_by_the_hour() -> None:
    values = {
        name: (resolve(name, settings(profile_version=1)), resolve(name, settings()))
        for name in ("dev", "staging", "prod")
    }
    changed = {
        name: {key: value for key, value in after if key != "profile_version" and value != getattr(before, key)}
        for name, (before, after) in values.items()
    }
    assert changed == {
        "dev": {"database_monitoring_seconds": 0, "container_metrics": False},
        "staging": {},
        "prod": {"private_endpoints": False},
    }


def test_staging_is_production_but_small() -> None:
    staging, production = resolve("staging", settings()), resolve("prod", settings())
    assert staging.database_high_availability
    assert staging.deletion_protection
    assert staging.web_firewall
    assert staging.app_min_count == production.app_min_count == 2
    assert (staging.app_size, staging.database_size, staging.cache_size) == ("small", "small", "small")
    assert staging.nat_gateways == "single"


def test_production_spans_zones_is_protected_grows_and_keeps_backups() -> None:
    production = resolve("prod", settings())
    assert production.zone_count >= 2
    assert production.nat_gateways == "per_zone"
    assert production.database_high_availability
    assert production.deletion_protection
    assert production.app_max_count > production.app_min_count >= 2
    assert production.database_backup_days > resolve("dev", settings()).database_backup_days
    assert production.log_retention_days == 365


def test_what_is_set_wins_and_a_profile_can_be_chosen() -> None:
    environment = resolve("dev", settings(profile="production", database_size="large", zone_count=2))
    assert environment.profile == "production"
    assert (environment.database_size, environment.zone_count) == ("large", 2)
    assert environment.deletion_protection


def test_region_and_image_for_all_give_way_to_those_of_one_environment() -> None:
    everywhere: dict[str, Any] = {"region": "eu-west-1", "container_image": "registry.example.com/a:1"}
    assert resolve("dev", settings(), **everywhere).region == "eu-west-1"
    own = resolve("dev", settings(region="eu-central-1", container_image="registry.example.com/b:2"), **everywhere)
    assert (own.region, own.container_image) == ("eu-central-1", "registry.example.com/b:2")
    assert resolve("dev", settings()).region == "us-east-1"


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"app_min_count": 20}, {"app_min_count": 20, "app_max_count": 20}),
        ({"app_max_count": 1}, {"app_min_count": 1, "app_max_count": 1}),
        ({"database_storage_gb": 800}, {"database_storage_gb": 800, "database_max_storage_gb": 1600}),
        ({"database_storage_gb": 490}, {"database_storage_gb": 490, "database_max_storage_gb": 980}),
        ({"database_storage_gb": 60000}, {"database_storage_gb": 60000, "database_max_storage_gb": 60000}),
        ({"database_storage_gb": 65536}, {"database_storage_gb": 65536, "database_max_storage_gb": 65536}),
        ({"database_max_storage_gb": 105}, {"database_storage_gb": 105, "database_max_storage_gb": 105}),
        ({"database_max_storage_gb": 50}, {"database_storage_gb": 50, "database_max_storage_gb": 50}),
    ],
)
def test_a_limit_that_is_set_alone_moves_the_other(values: dict[str, int], expected: dict[str, int]) -> None:
    environment = resolve("prod", settings(**values)).model_dump()
    assert {name: environment[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("name", "region"),
    [
        ("desk-tfstate-123456789012-eu-central-1", "eu-central-1"),
        ("desk-tfstate-123456789012-us-gov-west-1", "us-gov-west-1"),
        ("desk-tfstate-123456789012-mars-1", None),
        ("desk-state", None),
        ("", None),
    ],
)
def test_a_state_bucket_that_bootstrap_named_says_its_region(name: str, region: str | None) -> None:
    assert region_of_bucket(name) == region


IMAGE = "registry.example.com/team/app"


@pytest.mark.parametrize("name", ["prod", "live"])
def test_production_does_not_run_latest(name: str) -> None:
    with pytest.raises(ManifestError, match="tagged latest") as caught:
        resolve(name, settings(), container_image=f"{IMAGE}:latest")
    assert caught.value.where
    assert caught.value.where.key == f"[infra.terraform.env.{name}] container_image"
    assert resolve("dev", settings(container_image=f"{IMAGE}:latest")).container_image.endswith(":latest")
    digest = f"{IMAGE}:latest@sha256:{64 * '0'}"
    assert resolve(name, settings(container_image=digest)).container_image == digest


def test_a_certificate_is_in_the_region_of_its_environment() -> None:
    arn = "arn:aws:acm:eu-central-1:123456789012:certificate/1b2c"
    chosen = settings(domain_name="desk.example.com", certificate_arn=arn)
    assert resolve("prod", chosen, region="eu-central-1").certificate_arn == arn
    with pytest.raises(ManifestError, match="not in its region, us-east-1"):
        resolve("prod", chosen)


KEY = "arn:aws:kms:us-east-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab"
CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/1b2c"
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"profile": "huge"}, "'development', 'staging' or 'production'"),
    ({"region": "mars-1"}, "is not a known region of the cloud"),
    ({"region": "us-est-1"}, "is not a known region of the cloud"),
    ({"region": "eu-central-1\n"}, "is not a known region of the cloud"),
    ({"account_id": "1234"}, "an account number: 12 digits"),
    ({"account_id": 123456789012}, "a valid string"),
    ({"state_bucket": "My_Bucket"}, "3 to 63 lower-case letters"),
    ({"state_bucket": "my-bucket", "state_kms_key": "mine"}, "a key's ARN"),
    ({"state_kms_key": KEY}, "state_kms_key requires state_bucket"),
    ({"state_bucket": "my-bucket", "state_kms_key": KEY, "account_id": "210987654321"}, "in another account than"),
    (
        {"domain_name": "desk.example.com", "certificate_arn": CERTIFICATE, "account_id": "210987654321"},
        "in another account than account_id = '210987654321'",
    ),
    ({"excluded_zone_ids": ["us-east-1a"]}, "the ID of an availability zone, such as use1-az3"),
    ({"egress_ports": [0]}, "greater than or equal to 1"),
    ({"egress_ports": ["8443"]}, "a valid integer"),
    ({"container_image": "nginx:1"}, "with its registry"),
    ({"container_image": "team/app:1"}, "with its registry"),
    ({"container_image": IMAGE}, "neither a tag nor a digest"),
    ({"container_image": f"{IMAGE}@sha256:abc"}, "with its registry"),
    ({"container_image": f"{IMAGE}:1 "}, "with its registry"),
    ({"container_architecture": "riscv"}, "'amd64' or 'arm64'"),
    ({"domain_name": "Desk.Example.com"}, "a host name in lower case"),
    ({"domain_name": "https://desk.example.com"}, "a host name in lower case"),
    ({"domain_name": "desk"}, "a host name in lower case"),
    ({"dns_zone": "example.com"}, "requires domain_name"),
    ({"domain_name": "desk.example.com", "dns_zone": "ample.com"}, "is not in dns_zone"),
    ({"certificate_arn": "mine"}, "a certificate's ARN"),
    ({"network_cidr": "10.0.0.1/16"}, "has host bits set"),
    ({"network_cidr": "10.0.0.0/8"}, "between /16 and /20"),
    ({"network_cidr": "10.0.0.0/24"}, "between /16 and /20"),
    ({"network_cidr": "8.8.0.0/16"}, "not a private IPv4 range"),
    ({"network_cidr": "fd00::/16"}, "not an IPv4 range"),
    ({"zone_count": 1}, "greater than or equal to 2"),
    ({"zone_count": 9}, "less than or equal to 4"),
    ({"nat_gateways": "none"}, "'single' or 'per_zone'"),
    ({"app_size": "huge"}, "'small', 'medium' or 'large'"),
    ({"app_cpu": 300, "app_memory_mb": 1024}, "a supported number of CPU units"),
    ({"app_cpu": 256, "app_memory_mb": 4096}, "is not allowed with app_cpu = 256; allowed: 512, 1024, 2048"),
    ({"worker_cpu": 256}, "worker_cpu and worker_memory_mb are set together"),
    ({"app_min_count": 0}, "greater than or equal to 1"),
    ({"app_max_count": -1}, "greater than or equal to 1"),
    ({"app_max_count": 10_000}, "less than or equal to 100"),
    ({"app_min_count": 3, "app_max_count": 2}, "app_min_count = 3 is more than app_max_count = 2"),
    ({"worker_count": 0}, "greater than or equal to 1"),
    ({"database_instance": "cache.t4g.micro"}, "does not begin with 'db.'"),
    ({"cache_instance": "m7g.large"}, "an instance type"),
    ({"database_storage_gb": 5}, "greater than or equal to 20"),
    ({"database_storage_gb": 50, "database_max_storage_gb": 40}, "is more than database_max_storage_gb = 40"),
    ({"database_storage_gb": 50, "database_max_storage_gb": 54}, "exceed it by at least 10 %"),
    ({"database_monitoring_seconds": 7}, "an interval of enhanced monitoring: 0, 1, 5, 10, 15, 30, 60"),
    ({"profile_version": 3}, "Input should be 1 or 2"),
    ({"database_backup_days": 36}, "less than or equal to 35"),
    ({"log_retention_days": 8}, "a supported number of days for log retention"),
    ({"alarm_email": "nobody"}, "an e-mail address"),
    ({"deletion_protection": "yes"}, "a valid boolean"),
    ({"zone_count": "2"}, "a valid integer"),
    ({"colour": "red"}, "Extra inputs are not permitted"),
    ({"name": "dev"}, "Extra inputs are not permitted"),
]


@pytest.mark.parametrize(("values", "said"), REFUSED, ids=[str(values) for values, _ in REFUSED])
def test_a_wrong_setting_is_refused_and_the_rule_is_said(values: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)):
        resolve("dev", settings(**values))


@pytest.mark.parametrize(
    "image",
    [
        f"{IMAGE}:1.4.2",
        "localhost:5000/app:dev",
        "registry:5000/app:1",
        "ghcr.io/acme/ticket-desk/app:1.4.2-rc.1",
        "123456789012.dkr.ecr.eu-central-1.amazonaws.com/a__b/c.d@sha256:" + 64 * "f",
    ],
)
def test_an_image_with_registry_and_version_is_taken(image: str) -> None:
    assert settings(container_image=image).container_image == image


@given(st.sampled_from(["dev", "staging", "prod"]), st.integers(1, 100), st.integers(1, 100), st.booleans())
def test_the_smallest_number_is_never_above_the_largest(name: str, low: int, high: int, only_low: bool) -> None:
    values = {"app_min_count": low} if only_low else {"app_max_count": high}
    environment = resolve(name, settings(**values))
    assert 1 <= environment.app_min_count <= environment.app_max_count <= 100
    assert (environment.app_min_count == low) if only_low else (environment.app_max_count == high)


@pytest.mark.parametrize(
    "image",
    [
        "ghcr.io/acme/desk:1",
        "registry.gitlab.com/acme/desk/app:1",
        "quay.io/acme/desk:1",
        "acme.azurecr.io/desk:1",
        "europe-west1-docker.pkg.dev/acme/apps/desk:1",
    ],
)
def test_an_image_that_is_private_by_default_needs_credentials_or_is_said_to_be_public(image: str) -> None:
    with pytest.raises(ManifestError, match="private by default") as raised:
        resolve("dev", settings(container_image=image))
    assert raised.value.where
    assert raised.value.where.key == "[infra.terraform.env.dev] container_image"
    for access in ("public", "credentials"):
        assert resolve("dev", settings(container_image=image, container_registry_access=access))
    assert resolve("dev", settings(), container_image=image, container_registry_access="public")


@pytest.mark.parametrize(
    "image",
    [
        "123456789012.dkr-ecr.eu-central-1.on.aws/desk:1",
        "123456789012.dkr.ecr-fips.us-gov-west-1.amazonaws.com/desk:1",
        "docker.io/acme/desk:1",
        "ghcr.io.example.com/desk:1",
        "public.ecr.aws/acme/desk:1",
        f"{IMAGE}:1",
    ],
)
def test_other_registries_need_no_statement(image: str) -> None:
    assert resolve("dev", settings(container_image=image)).container_registry_access == "auto"
