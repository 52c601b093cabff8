"""What is said of environments that can be created, but that a person has to know something about."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.cli import MANIFEST, SMALL, run_here, small_project

ENVIRONMENTS = "\n[infra.terraform]\nenvironments = ['dev', 'live']\n"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("[infra.terraform.env.live]\n", True),
        ("[infra.terraform.env.live]\nalarm_email = 'ops@example.com'\n", False),
        ("[infra.terraform.env.live]\nprofile = 'development'\n", False),
        ("[infra.env.live]\nprofile = 'production'\n", True),
    ],
)
def test_a_production_environment_whose_alarms_nobody_receives_is_named(
    tmp_path: Path, settings: str, said: bool
) -> None:
    project = small_project(tmp_path, MANIFEST + ENVIRONMENTS + settings)
    ran = run_here("terraform", "--dry-run", cwd=project)
    assert ran.status == 0, ran.err
    remark = "warning: nobody receives the alarms of live: set alarm_email in [infra.terraform.env.live]"
    assert (remark in ran.err) == said
    assert "alarms of dev" not in ran.err


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ("domain_name = 'desk.example.com'\n", True),
        ("domain_name = 'desk.example.com'\ndns_zone = 'example.com'\n", False),
        (
            "domain_name = 'desk.example.com'\n"
            "certificate_arn = 'arn:aws:acm:us-east-1:123456789012:certificate/1b2c'\n",
            False,
        ),
        ("", False),
    ],
)
def test_a_certificate_that_waits_for_a_record_in_another_dns_is_named(
    tmp_path: Path, settings: str, said: bool
) -> None:
    project = small_project(tmp_path, f"{MANIFEST}{ENVIRONMENTS}[infra.terraform.env.dev]\n{settings}")
    ran = run_here("terraform", "--dry-run", cwd=project)
    assert ran.status == 0, ran.err
    assert ("desk.example.com of dev has neither dns_zone nor certificate_arn" in ran.err) == said


TENANT = {
    "name": "School",
    "tenant_host": {
        "domain": "schools.example",
        "topology": "provider_subdomain",
        "canonical_hosts": ["www.schools.example"],
    },
}


@pytest.mark.parametrize(
    ("host", "said"),
    [
        ("", "the environment has no domain_name"),
        ("desk.example.com", "domain_name desk.example.com is none of them"),
        ("www.schools.example", ""),
        ("demo.schools.example", ""),
    ],
)
def test_an_environment_whose_host_the_tenants_do_not_include_is_named(tmp_path: Path, host: str, said: str) -> None:
    settings = f"domain_name = '{host}'\n" if host else ""
    manifest = f"{MANIFEST}{ENVIRONMENTS}[infra.terraform.env.dev]\n{settings}"
    project = small_project(tmp_path, manifest, {**SMALL, "domain": {"entities": [TENANT]}})
    ran = run_here("terraform", "--dry-run", cwd=project)
    assert ran.status == 0, ran.err
    of_dev = [line for line in ran.err.splitlines() if "the application of dev answers only" in line]
    assert bool(of_dev) == bool(said)
    assert not said or said in of_dev[0]
    assert "the application of live answers only" in ran.err
