"""`[infra.env.NAME]` states an environment for all backends."""

from __future__ import annotations

from pathlib import Path

import pytest

from dazzle_infra.backends.identity import Made
from dazzle_infra.backends.terraform.environments import environments_of, state_regions_of
from dazzle_infra.clouds.aws.environment import Environment
from dazzle_infra.workload.building import environments_of as environments_of_workload
from dazzle_infra.workload.model import Environment as Stated
from tests.support.cli import MANIFEST, run_here, small_project
from tests.support.manifests import manifest_in
from tests.support.toml import assert_refused
from tests.support.trees import build_tree

PROD = '[infra.env.prod]\ndomain_name = "desk.example.com"\nimage = "docker.io/a/desk:1.4"\nprofile = "staging"\n'


def terraform(folder: Path, text: str) -> dict[str, Environment]:
    return {one.name: one for one in environments_of(manifest_in(build_tree(folder, {"dazzle.toml": text})), Made())}


def test_the_state_bucket_of_an_environment_may_be_in_another_region(tmp_path: Path) -> None:
    text = '[infra.terraform.env.dev]\nregion = "eu-central-1"\nstate_bucket = "desk-tfstate-123456789012-us-east-1"\n'
    build_tree(
        tmp_path, {"dazzle.toml": f'[project]\nname = "desk"\n\n[infra.terraform]\nenvironments = ["dev"]\n{text}'}
    )
    made = Made({"state_regions": {"dev": "eu-central-1"}})
    environments = environments_of(manifest_in(tmp_path), made)
    assert [one.region for one in environments] == ["eu-central-1"]
    assert state_regions_of(environments, made) == {"dev": "us-east-1"}


def test_terraform_takes_its_values(tmp_path: Path) -> None:
    made = terraform(tmp_path, PROD)
    assert list(made) == ["dev", "staging", "prod"]
    prod = made["prod"]
    assert (prod.domain_name, prod.container_image, prod.profile) == (
        "desk.example.com",
        "docker.io/a/desk:1.4",
        "staging",
    )
    assert made["dev"].domain_name == ""


def test_the_table_of_the_backend_wins_and_adds(tmp_path: Path) -> None:
    own = '[infra.terraform]\ncontainer_image = "docker.io/a/desk:1.0"\n[infra.terraform.env.prod]\n'
    prod = terraform(tmp_path, f'{PROD}{own}profile = "production"\ndns_zone = "example.com"\n')["prod"]
    assert (prod.profile, prod.dns_zone, prod.container_image) == (
        "production",
        "example.com",
        "docker.io/a/desk:1.4",
    )
    both = terraform(tmp_path, f'{PROD}{own}container_image = "docker.io/a/desk:2.0"\n')
    assert both["prod"].container_image == "docker.io/a/desk:2.0"
    assert both["dev"].container_image == "docker.io/a/desk:1.0"


TENANTS = "schools.example"
LIVE = """
[infra.terraform]
environments = ["dev", "staging", "prod", "prod-us"]
[infra.terraform.env.staging]
domain_name = "stage.schools.example"
[infra.terraform.env.prod]
domain_name = "{host}"
[infra.terraform.env.prod-us]
domain_name = "us.schools.example"
profile = "production"
"""


@pytest.mark.parametrize(
    ("host", "more", "served"),
    [
        ("schools.example", "", {"prod": TENANTS}),
        ("www.schools.example", "", {"prod": TENANTS}),
        ("desk.example.com", "", {"prod-us": TENANTS}),
        ("schools.example", 'tenant_domain = "us.schools.example"\n', {"prod-us": "us.schools.example"}),
    ],
)
def test_tenants_are_served_by_one_production_environment(
    tmp_path: Path, host: str, more: str, served: dict[str, str]
) -> None:
    manifest = manifest_in(build_tree(tmp_path, {"dazzle.toml": LIVE.format(host=host) + more}))
    found = environments_of(manifest, Made(), TENANTS)
    assert {one.name: one.tenant_domain for one in found if one.tenant_domain} == served
    assert not [one for one in environments_of(manifest, Made()) if one.tenant_domain == TENANTS]


def test_templates_are_told_of_them(tmp_path: Path) -> None:
    text = f'[infra.terraform]\nenvironments = ["dev", "prod"]\n{PROD}approval = true\n'
    manifest = manifest_in(build_tree(tmp_path, {"dazzle.toml": text}))
    assert environments_of_workload(manifest) == (
        Stated("dev", "development"),
        Stated("prod", "staging", "desk.example.com", "docker.io/a/desk:1.4", approval=True),
    )


def test_without_a_backend_that_lists_environments_the_tables_do(tmp_path: Path) -> None:
    text = '[infra]\nbackends = ["docker"]\n'
    assert manifest_in(build_tree(tmp_path, {"dazzle.toml": text})).environments == ("dev", "staging", "prod")
    text += "[infra.env.live]\n[infra.env.qa]\n"
    assert manifest_in(build_tree(tmp_path, {"dazzle.toml": text})).environments == ("live", "qa")


REFUSED = [
    (
        "[infra.env.prdo]\nimage = 'docker.io/a/b:1'",
        "is not a known environment; did you mean prod?",
        1,
        "[infra.env.prdo]",
    ),
    ("[infra]\nbackends = ['docker']\n[infra.env.Prod]", "must be lower-case letters", 3, "[infra.env.Prod]"),
    ("[infra.env.prod]\ndomain = 'x'", 'did you mean "domain_name"?', 2, "[infra.env.prod] domain"),
    ("[infra.env.prod]\ndomain_name = 'X'", "is not a host name in lower case", 2, "[infra.env.prod] domain_name"),
    ("[infra.env.prod]\nimage = 'app'", "is not an image with its registry", 2, "[infra.env.prod] image"),
    ("[infra.env.prod]\nimage = 'docker.io/a/b:latest'", "tagged latest", 2, "[infra.env.prod] image"),
    ("[infra.env.prod]\nprofile = 'live'", '"development", "staging", "production"', 2, "[infra.env.prod] profile"),
    ("[infra.env.prod]\napproval = 'yes'", "must be true or false", 2, "[infra.env.prod] approval"),
    ("[infra.env]\nprod = 1", "must be a table", 2, "[infra.env.prod]"),
    (
        "[infra.env.prod]\ndomain_name = 'a.example.com'\n[infra.terraform.env.prod]\ndns_zone = 'example.org'",
        "domain_name = 'a.example.com' is not in dns_zone = 'example.org'",
        4,
        "[infra.terraform.env.prod] dns_zone",
    ),
    (
        "[infra.terraform.env.dev]\ndns_zone = 'a.org'",
        "dns_zone requires domain_name",
        2,
        "[infra.terraform.env.dev] dns_zone",
    ),
    (
        "[infra.terraform.env.dev]\nregion = 'us-gov-west-1'",
        "the region us-gov-west-1 requires a domain_name",
        2,
        "[infra.terraform.env.dev] region",
    ),
    (
        "[infra.terraform.env.dev]\ntenant_domain = 'a.org'",
        "tenant_domain requires domain_name",
        2,
        "[infra.terraform.env.dev] tenant_domain",
    ),
    (
        "[infra.env.dev]\ndomain_name = 'a.org'\n[infra.terraform.env.dev]\ndns_zone = 'a.org'\n"
        "tenant_domain = 'b.org'",
        "tenant_domain = 'b.org' is not in dns_zone = 'a.org'",
        5,
        "[infra.terraform.env.dev] tenant_domain",
    ),
    (
        "[infra.terraform.env.dev]\nweb_rate_limit = 9",
        "9 is less than 10, the lowest limit",
        2,
        "[infra.terraform.env.dev] web_rate_limit",
    ),
]


@pytest.mark.parametrize(("text", "message", "line", "key"), REFUSED)
def test_a_wrong_value_is_refused_with_its_line(tmp_path: Path, text: str, message: str, line: int, key: str) -> None:
    assert_refused(tmp_path, text, message, line, key)


def test_the_plan_names_the_table(tmp_path: Path) -> None:
    small_project(tmp_path)
    assert run_here("terraform", cwd=tmp_path).status == 0
    (tmp_path / "dazzle.toml").write_text(f'{MANIFEST}\n[infra.env.staging]\ndomain_name = "stage.example.com"\n')
    shown = run_here("plan", "terraform", cwd=tmp_path).out
    place = "[infra.env.staging] dazzle.toml:8"
    assert f"  environments: staging: domain_name '' → stage.example.com   {place}\n" in shown


def versions(folder: Path, text: str, made: Made) -> dict[str, tuple[int, bool, bool]]:
    manifest = manifest_in(build_tree(folder, {"dazzle.toml": f'[project]\nname = "desk"\n\n{text}'}))
    found = environments_of(manifest, made)
    return {one.name: (one.profile_version, one.container_metrics, one.private_endpoints) for one in found}


def test_an_environment_keeps_the_version_of_its_profile_and_a_new_one_gets_the_newest(tmp_path: Path) -> None:
    recorded = [
        {"name": "dev", "profile": "development", "private_endpoints": False},
        {"name": "prod", "profile": "production", "private_endpoints": True},
        {"name": "test", "profile": "development", "profile_version": 2},
    ]
    made = Made({"environments": recorded}, questions={"renamed_buckets": {}})
    names = '[infra.terraform]\nenvironments = ["dev", "prod", "test", "live"]\n'
    assert versions(tmp_path, names, made) == {
        "dev": (1, True, False),
        "prod": (1, True, True),
        "test": (2, False, False),
        "live": (2, True, False),
    }
    chosen = f"{names}\n[infra.terraform.env.dev]\nprofile_version = 2\n"
    assert versions(tmp_path, chosen, made)["dev"] == (2, False, False)


def test_a_release_that_does_not_record_the_version_of_a_profile_gets_the_first(tmp_path: Path) -> None:
    assert versions(tmp_path, "", Made(questions={"environments": {}}))["prod"] == (1, True, True)
    assert versions(tmp_path, "", Made())["prod"] == (2, True, False)
