from __future__ import annotations

import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.terraform import Terraform, local_state
from tests.support.terraform_template import IMAGE, shapes

__all__ = ["shapes"]

PLAN = ("plan", "-input=false", "-no-color", "-lock=false")


def copied(shapes: dict[str, Path], tmp_path: Path, shape: str, environment: str) -> tuple[Terraform, Path]:
    shutil.copytree(shapes[shape], tmp_path / "made")
    root = tmp_path / "made" / "envs" / environment
    return local_state(root), root


def planned(tool: Terraform, root: Path, **variables: str) -> dict[str, Any]:
    tool.succeed(*PLAN, "-out=plan", cwd=root, variables=variables)
    document: dict[str, Any] = json.loads(tool.succeed("show", "-json", "plan", cwd=root))
    return document


def resources(plan: dict[str, Any], kind: str) -> dict[str, dict[str, Any]]:
    found = (one for one in plan["resource_changes"] if one["type"] == kind and one["mode"] == "managed")
    return {one["address"]: one["change"]["after"] for one in found}


@pytest.mark.slow
def test_production_is_protected_encrypted_and_spread(shapes: dict[str, Path], tmp_path: Path) -> None:
    plan = planned(*copied(shapes, tmp_path, "typical", "prod"))
    (database,) = resources(plan, "aws_db_instance").values()
    assert database["multi_az"]
    assert database["storage_encrypted"]
    assert database["deletion_protection"]
    assert not database["publicly_accessible"]
    assert database["backup_retention_period"] == 30
    (cache,) = resources(plan, "aws_elasticache_replication_group").values()
    assert cache["num_cache_clusters"] == 2
    assert cache["transit_encryption_enabled"]
    assert len(resources(plan, "aws_subnet")) == 9
    assert len(resources(plan, "aws_nat_gateway")) == 3
    assert len(resources(plan, "aws_wafv2_web_acl")) == 1
    assert not resources(plan, "aws_cloudfront_distribution")
    assert {one["protocol"] for one in resources(plan, "aws_lb_listener").values()} == {"HTTP", "HTTPS"}
    services = resources(plan, "aws_ecs_service")
    assert {one["name"]: one["desired_count"] for one in services.values()} == {"web": 2, "worker": 2}
    assert plan["planned_values"]["outputs"]["url"]["value"] == "https://desk.example.com"


@pytest.mark.slow
def test_development_without_a_domain_has_https_at_the_edge_and_no_public_load_balancer(
    shapes: dict[str, Path], tmp_path: Path
) -> None:
    plan = planned(*copied(shapes, tmp_path, "bare", "dev"), container_image=IMAGE)
    (edge,) = resources(plan, "aws_cloudfront_distribution").values()
    assert edge["default_cache_behavior"][0]["viewer_protocol_policy"] == "redirect-to-https"
    (balancer,) = resources(plan, "aws_lb").values()
    assert balancer["internal"]
    rules = resources(plan, "aws_vpc_security_group_ingress_rule").values()
    assert not [rule for rule in rules if rule.get("cidr_ipv4") == "0.0.0.0/0"]
    assert not resources(plan, "aws_db_instance")


@pytest.mark.slow
def test_development_measures_little_and_production_has_no_endpoints_beside_its_gateways(
    shapes: dict[str, Path], tmp_path: Path
) -> None:
    for name, monitoring, metrics in (("dev", 0, "disabled"), ("prod", 60, "enabled")):
        plan = planned(*copied(shapes, tmp_path / name, "typical", name), container_image=IMAGE)
        (database,) = resources(plan, "aws_db_instance").values()
        assert database["monitoring_interval"] == monitoring
        roles = [address for address in resources(plan, "aws_iam_role") if "monitoring" in address]
        assert bool(roles) == bool(monitoring)
        (cluster,) = resources(plan, "aws_ecs_cluster").values()
        assert cluster["setting"] == [{"name": "containerInsights", "value": metrics}]
        kinds = [one["vpc_endpoint_type"] for one in resources(plan, "aws_vpc_endpoint").values()]
        assert kinds == ["Gateway"]


@pytest.mark.slow
def test_the_containers_are_told_where_everything_is_and_no_secret(shapes: dict[str, Path], tmp_path: Path) -> None:
    tool, root = copied(shapes, tmp_path, "everything", "prod-eu-west")
    tool.succeed("apply", "-input=false", "-auto-approve", "-no-color", cwd=root)
    state = json.loads((root / "terraform.tfstate").read_text())
    tasks = {
        one["index_key"]: json.loads(one["attributes"]["container_definitions"])
        for resource in state["resources"]
        if resource["type"] == "aws_ecs_task_definition"
        for one in resource["instances"]
    }
    assert sorted(tasks) == ["admin-api", "hooks", "migrate", "scheduled", "shell", "web", "worker"]
    for name, containers in tasks.items():
        container = next(one for one in containers if one["name"] == "app")
        settings = {one["name"]: one["value"] for one in container["environment"]}
        assert settings["QUEUE_URL"].startswith("https://sqs.")
        assert settings["S3_BUCKET"] != settings["ARCHIVE_BUCKET"]
        assert settings["CRM_URL"] == "https://{tenant}.crm.example/${x}"
        assert "CRM_REGION" not in settings
        secrets = {one["name"]: one["valueFrom"] for one in container["secrets"]}
        assert {"DATABASE_URL", "REDIS_URL", "CRM_TOKEN", "OPENAI_API_KEY", "JWT_SECRET"} <= set(secrets)
        assert all(value.startswith("arn:aws:secretsmanager:") for value in secrets.values())
        assert bool(container["portMappings"]) == (name in {"admin-api", "hooks", "web"})
        assert container["readonlyRootFilesystem"] == (name != "shell")
        assert container["user"] != "0"
    assert tasks["worker"][1]["command"][-1] == "--queue=${DEFAULT}"
    assert tasks["scheduled"][1]["command"] == ["python", "-m", "scheduler"]
    for attributes in (one["attributes"] for resource in state["resources"] for one in resource["instances"]):
        written = [
            key for key, value in attributes.items() if value and re.search(r"(_wo|^password|^auth_token)$", key)
        ]
        assert not written


@pytest.mark.slow
def test_the_defaults_alone_can_be_planned_and_are_the_careful_ones(shapes: dict[str, Path], tmp_path: Path) -> None:
    tool, root = copied(shapes, tmp_path, "typical", "dev")
    (root / "terraform.tfvars").unlink()
    plan = planned(tool, root, container_image=IMAGE)
    (database,) = resources(plan, "aws_db_instance").values()
    assert database["deletion_protection"]
    assert not database["skip_final_snapshot"]
    assert database["storage_encrypted"]


@pytest.mark.slow
def test_production_leaves_a_last_snapshot_when_its_protection_is_taken_off_to_destroy_it(
    shapes: dict[str, Path], tmp_path: Path
) -> None:
    tool, root = copied(shapes, tmp_path, "typical", "prod")
    values = root / "terraform.tfvars"
    values.write_text(values.read_text().replace("deletion_protection = true", "deletion_protection = false"))
    (database,) = resources(planned(tool, root), "aws_db_instance").values()
    assert not database["deletion_protection"]
    assert not database["skip_final_snapshot"]
    assert not database["delete_automated_backups"]
    assert database["final_snapshot_identifier"] == "ticket-desk-prod-final"


@pytest.mark.slow
def test_without_an_image_the_plan_says_what_to_name(shapes: dict[str, Path], tmp_path: Path) -> None:
    tool, root = copied(shapes, tmp_path, "bare", "dev")
    done = tool.run(*PLAN, cwd=root)
    assert done.returncode == 1
    assert done.stderr.count("No container image is set: set container_image") == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"app_min_count": "5", "app_max_count": "2"}, "app_max_count must be at least app_min_count"),
        ({"database_storage_gb": "900"}, "exceed it by at least 10 %"),
        ({"dns_zone": "example.org"}, "The DNS zone does not contain the domain name"),
        (
            {"certificate_arn": "arn:aws:acm:eu-west-3:123456789012:certificate/1b2c"},
            "is not in the region of the environment, us-east-1",
        ),
        ({"app_cpu": "256", "app_memory_mb": "4096"}, "does not support this combination of CPU units and memory"),
        (
            {"worker_cpu": "8192", "worker_memory_mb": "17408"},
            "does not support this combination of CPU units and memory",
        ),
    ],
)
def test_values_that_do_not_go_together_are_refused(
    shapes: dict[str, Path], tmp_path: Path, values: dict[str, str], said: str
) -> None:
    tool, root = copied(shapes, tmp_path, "typical", "prod")
    done = tool.run(*PLAN, *[f"-var={name}={value}" for name, value in values.items()], cwd=root)
    assert done.returncode == 1
    assert said in re.sub(r"[\s│]+", " ", done.stderr)
