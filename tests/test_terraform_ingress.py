from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from pytest_copier.plugin import CopierFixture

from dazzle_infra.backends.terraform.answers import TerraformAnswers
from dazzle_infra.backends.terraform.entry_points import CloudEntryPoint
from dazzle_infra.clouds.aws.environment import Environment
from tests.support.terraform_runs import APPLY, PLAN, actions_of, applied, planned, resources_of, root_of
from tests.support.terraform_template import EVERYTHING, IMAGE, TYPICAL, copier_template, environment

__all__ = ["copier_template"]

pytestmark = pytest.mark.slow

STAGING = {"region": "eu-central-1"}
DOMAIN = {**STAGING, "domain_name": "stage.example.com", "dns_zone": "example.com"}


def with_environment(answers: TerraformAnswers, one: Environment, **changes: Any) -> TerraformAnswers:
    return answers.model_copy(update={"environments": [one], **changes})


def changed(plan: dict[str, Any]) -> dict[str, str]:
    """Return what a plan does to each address that it changes."""
    found = ((one["address"], "-".join(actions_of(one))) for one in plan["resource_changes"])
    return {address: actions for address, actions in found if actions not in {"no-op", "read"}}


def test_a_domain_name_that_is_added_later_replaces_the_load_balancer_after_the_services_have_moved(
    copier: CopierFixture, tmp_path: Path
) -> None:
    before = with_environment(TYPICAL, environment("staging", **STAGING))
    tool, root = root_of(copier, tmp_path / "made", before, "staging")
    planned(tool, root)
    old = resources_of(applied(tool, root))["module.stack.module.ingress.aws_lb.this"][1]
    assert not old["enable_deletion_protection"], "the successor could not replace it"
    _, after = root_of(
        copier, tmp_path / "after", with_environment(TYPICAL, environment("staging", **DOMAIN)), "staging"
    )
    shutil.copy(after / "terraform.tfvars", root)
    plan = planned(tool, root)
    found = changed(plan)
    balancer = next(
        one for one in plan["resource_changes"] if one["address"] == "module.stack.module.ingress.aws_lb.this"
    )
    assert balancer["change"]["after"]["name"] != old["name"]
    assert {address for address, actions in found.items() if actions == "create-delete"} == {
        "module.stack.module.ingress.aws_lb.this",
        'module.stack.module.ingress.aws_lb_target_group.this["web"]',
    }
    assert not [address for address, actions in found.items() if actions == "delete-create"]
    lines = tool.succeed(*APPLY, "plan", cwd=root).splitlines()
    moved = [number for number, line in enumerate(lines) if re.search(r"aws_ecs_service.*Modifications complete", line)]
    destroyed = [
        number for number, line in enumerate(lines) if "Destroying..." in line and "aws_ecs_task_definition" not in line
    ]
    assert len(destroyed) >= 5
    assert max(moved) < min(destroyed)
    assert changed(planned(tool, root)) == {}


def test_a_load_balancer_of_an_earlier_release_keeps_its_name(copier: CopierFixture, tmp_path: Path) -> None:
    tool, root = root_of(copier, tmp_path / "made", with_environment(TYPICAL, environment("dev")), "dev")
    planned(tool, root)
    applied(tool, root)
    state = root / "terraform.tfstate"
    state.write_text(state.read_text().replace('"ticket-desk-dev-edge"', '"ticket-desk-dev"'))
    assert changed(planned(tool, root)) == {}


def test_another_entry_point_moves_no_priority(copier: CopierFixture, tmp_path: Path) -> None:
    web, *_ = EVERYTHING.entry_points
    live = CloudEntryPoint(name="live", command=["x"], port=9100, path="/live")
    deeper = CloudEntryPoint(name="reports", command=["x"], port=9200, path="/live/reports")
    longer = CloudEntryPoint(name="admin", command=["x"], port=9300, path="/administration")
    found = []
    for number, entries in enumerate([[web, live], [web, live, deeper, longer]]):
        answers = with_environment(TYPICAL, environment("dev"), entry_points=entries)
        tool, root = root_of(copier, tmp_path / str(number), answers, "dev")
        resources = resources_of(planned(tool, root))
        rules = {name: one for name, (kind, one) in resources.items() if kind == "aws_lb_listener_rule"}
        found.append({name.split('"')[1]: rule["priority"] for name, rule in rules.items()})
    first, second = found
    assert second["live"] == first["live"]
    assert second["reports"] < second["live"], "the rule of the deeper path comes first"
    assert len(set(second.values())) == 3
    # Releases before 2.1 numbered the rules from 100.
    assert min(second.values()) >= 1000


def test_tenants_get_a_wildcard_certificate_and_a_record(copier: CopierFixture, tmp_path: Path) -> None:
    one = environment(
        "prod", domain_name="schools.example", dns_zone="schools.example", tenant_domain="schools.example"
    )
    tool, root = root_of(copier, tmp_path / "made", with_environment(TYPICAL, one), "prod")
    resources = resources_of(planned(tool, root, container_image=IMAGE))
    (certificate,) = (values for kind, values in resources.values() if kind == "aws_acm_certificate")
    assert certificate["subject_alternative_names"] == ["*.schools.example"]
    records = {
        values["name"] for kind, values in resources.values() if kind == "aws_route53_record" if "name" in values
    }
    assert {"schools.example", "*.schools.example"} <= records
    applied(tool, root)


@pytest.mark.parametrize(("zone", "count"), [("", 4), ("example.org", None)])
def test_hosts_of_tenants_outside_of_the_zone_are_refused_and_without_a_zone_they_are_listed(
    copier: CopierFixture, tmp_path: Path, zone: str, count: int | None
) -> None:
    one = environment("prod", domain_name="app.example.org").model_copy(
        update={"tenant_domain": "schools.example", "dns_zone": zone}
    )
    tool, root = root_of(copier, tmp_path / "made", with_environment(TYPICAL, one), "prod")
    if count is None:
        done = tool.run(*PLAN, cwd=root, variables={"container_image": IMAGE})
        assert "tenant_domain schools.example is not in dns_zone example.org" in re.sub(r"[\s│]+", " ", done.stderr)
        return
    planned(tool, root)
    records = applied(tool, root)["values"]["outputs"]["dns_records"]["value"]
    assert {"app.example.org", "*.schools.example"} <= set(records)
    assert len(records) == count


@pytest.mark.parametrize(("domain", "status"), [("", 1), ("dev.example.com", 0)])
def test_a_region_without_cloudfront_requires_a_domain_name(
    copier: CopierFixture, tmp_path: Path, domain: str, status: int
) -> None:
    one = environment("dev").model_copy(update={"region": "us-gov-west-1", "domain_name": domain})
    tool, root = root_of(copier, tmp_path / "made", with_environment(TYPICAL, one), "dev")
    done = tool.run(*PLAN, cwd=root, variables={"container_image": IMAGE})
    assert done.returncode == status
    said = re.sub(r"[\s│]+", " ", done.stderr)
    assert ("The region us-gov-west-1 has no CloudFront" in said) == bool(status)


@pytest.mark.parametrize(("domain", "key"), [("", "FORWARDED_IP"), ("stage.example.com", "IP")])
def test_the_firewall_limits_each_client_apart_from_webhooks(
    copier: CopierFixture, tmp_path: Path, domain: str, key: str
) -> None:
    one = environment("staging").model_copy(update={"domain_name": domain, "web_rate_limit": 500})
    tool, root = root_of(copier, tmp_path / "made", with_environment(TYPICAL, one), "staging")
    plan = planned(tool, root)
    (firewall,) = (values for kind, values in resources_of(plan).values() if kind == "aws_wafv2_web_acl")
    rules = {rule["name"]: rule for rule in firewall["rule"]}
    (limit,) = rules["rate"]["statement"][0]["rate_based_statement"]
    assert (limit["limit"], limit["aggregate_key_type"]) == (500, key)
    (path,) = rules["webhooks"]["statement"][0]["regex_match_statement"]
    assert re.match(path["regex_string"], "/webhooks/github")
    assert not re.match(path["regex_string"], "/app/webhooks/")
    # A rule that allows a request ends the evaluation: the managed rules come before it.
    priorities = {name: rule["priority"] for name, rule in rules.items()}
    assert max(priorities, key=priorities.__getitem__) == "rate"
    assert sorted(priorities, key=priorities.__getitem__)[-2] == "webhooks"
    (common,) = rules["common"]["statement"][0]["managed_rule_group_statement"]
    counted = {one["name"] for one in common["rule_action_override"] if one["action_to_use"][0]["count"]}
    assert counted == {"NoUserAgent_HEADER", "SizeRestrictions_BODY"}
