from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.support.terraform import initialised
from tests.support.terraform_template import shapes

__all__ = ["shapes"]

ROOT = """
module "network" {
  source = "./network"

  name              = "shop-dev"
  zone_count        = 3
  excluded_zone_ids = ZONES
  egress_ports      = [443, 8443, 80]
  private_endpoints = true
  encryption_key    = "arn:aws:kms:us-east-1:123456789012:key/1"
}
"""


def applied(shapes: dict[str, Path], tmp_path: Path, zones: str) -> dict[str, dict[str, Any]]:
    """Apply the module alone, and return the values of its resources by address."""
    shutil.copytree(shapes["typical"] / "modules" / "network", tmp_path / "network")
    (tmp_path / "main.tf").write_text(ROOT.replace("ZONES", zones))
    tool = initialised(tmp_path)
    tool.succeed("apply", "-auto-approve", "-input=false", "-no-color", "-parallelism=40", cwd=tmp_path)
    state = json.loads(tool.succeed("show", "-json", cwd=tmp_path))
    (module,) = state["values"]["root_module"]["child_modules"]
    return {one["address"].removeprefix("module.network."): one["values"] for one in module["resources"]}


@pytest.mark.slow
def test_the_network_avoids_excluded_zones_opens_named_ports_and_trusts_only_its_own_account(
    shapes: dict[str, Path], tmp_path: Path
) -> None:
    made = applied(shapes, tmp_path, '["use1-az3"]')
    zones = {one["availability_zone"] for address, one in made.items() if address.startswith("aws_subnet.")}
    assert zones == {"us-east-1a", "us-east-1b", "us-east-1d"}
    rules = {
        one["from_port"]: one for address, one in made.items() if address.startswith("aws_vpc_security_group_egress")
    }
    assert {port for port, one in rules.items() if one["cidr_ipv4"] == "0.0.0.0/0"} == {80, 443, 8443}
    endpoint = json.loads(made['aws_vpc_endpoint.service["secretsmanager"]']["policy"])
    (statement,) = endpoint["Statement"]
    assert statement["Condition"] == {"StringEquals": {"aws:PrincipalAccount": "123456789012"}}
    trust = json.loads(made["aws_iam_role.flow"]["assume_role_policy"])["Statement"][0]["Condition"]
    assert trust["ArnLike"]["aws:SourceArn"] == "arn:aws:ec2:us-east-1:123456789012:vpc-flow-log/*"
    assert trust["StringEquals"]["aws:SourceAccount"] == "123456789012"


@pytest.mark.slow
def test_a_region_in_which_too_few_zones_remain_is_refused(shapes: dict[str, Path], tmp_path: Path) -> None:
    zones = [f"use1-az{number}" for number in range(1, 6)]
    with pytest.raises(AssertionError, match=r"not excluded; reduce\s+zone_count or excluded_zone_ids"):
        applied(shapes, tmp_path, json.dumps(zones))
