"""Access to the registry of an image: the role of ECR, credentials of a private registry, and nothing for others."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from dazzle_infra.clouds.aws.registries import is_private_by_default
from tests.support.terraform import local_state
from tests.support.terraform_template import shapes
from tests.support.trees import build_tree

__all__ = ["shapes"]

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("terraform_registries")]

ECR = {
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1": "eu-west-1:123456789012:repository/team/app",
    "210987654321.dkr.ecr.eu-west-1.amazonaws.com/app@sha256:" + 64 * "a": "eu-west-1:210987654321:repository/app",
    "123456789012.dkr-ecr.eu-west-1.on.aws/app:1": "eu-west-1:123456789012:repository/app",
    "123456789012.dkr.ecr-fips.us-east-1.amazonaws.com/app:1": "us-east-1:123456789012:repository/app",
    "123456789012.dkr-ecr-fips.us-east-1.on.aws/app:1": "us-east-1:123456789012:repository/app",
    "123456789012.dkr.ecr.us-gov-west-1.amazonaws.com/app:1": "us-gov-west-1:123456789012:repository/app",
    "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn/app:1": "cn-north-1:123456789012:repository/app",
    "123456789012.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn/app:1": "cn-north-1:123456789012:repository/app",
}
PRIVATE = [
    "ghcr.io/acme/app:1",
    "registry.gitlab.com/acme/app:1",
    "quay.io/acme/app:1",
    "acme.azurecr.io/app:1",
    "europe-west1-docker.pkg.dev/acme/apps/app:1",
]
OTHER = [
    "docker.io/acme/app:1",
    "public.ecr.aws/acme/app:1",
    "registry.example.com/app:1",
    "ghcr.io.example.com/app:1",
    "evil.example.com/123456789012.dkr.ecr.eu-west-1.amazonaws.com/app:1",
    "123456789012.dkr.ecr.eu-west-1.amazonaws.com.example.com/app:1",
]
CASE = """
variable "image" {
  type = string
}

variable "registry_access" {
  type = string
}

variable "container_image" {
  default = ""
}

variable "registry_secret_id" {
  default = "arn:secret"
}

data "aws_partition" "current" {}

locals {
  image = var.image
}

output "all" {
  value = {
    repositories = local.ecr_repositories
    credentials  = local.registry_credentials
    pullable     = local.is_pullable
  }
}
"""
ROOT = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

variable "images" {
  type = list(string)
}

module "case" {
  for_each = { for pair in setproduct(var.images, ["auto", "public", "credentials"]) : join(" ", pair) => pair }
  source   = "./case"

  image                     = each.value[0]
  registry_access = each.value[1]
}

output "cases" {
  value = { for name, case in module.case : name => case.all }
}
"""


@pytest.fixture(scope="module")
def cases(shapes: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what the module says of each image with each access, by `IMAGE ACCESS`."""
    root = build_tree(tmp_path_factory.mktemp("registries"), {"main.tf": ROOT, "case/main.tf": CASE})
    shutil.copy(shapes["bare"] / "modules/app/registry.tf", root / "case")
    (root / "terraform.tfvars.json").write_text(json.dumps({"images": [*ECR, *PRIVATE, *OTHER]}))
    tool = local_state(root)
    tool.succeed("apply", "-auto-approve", "-input=false", "-no-color", cwd=root)
    found: dict[str, Any] = json.loads(tool.succeed("output", "-json", cwd=root))["cases"]["value"]
    return found


@pytest.mark.parametrize("image", ECR)
def test_the_role_may_pull_the_repository_of_an_image_in_ecr_and_no_other(cases: dict[str, Any], image: str) -> None:
    for access in ("auto", "public", "credentials"):
        found = cases[f"{image} {access}"]
        assert found == {"repositories": [f"arn:aws:ecr:{ECR[image]}"], "credentials": None, "pullable": True}


@pytest.mark.parametrize("image", [*PRIVATE, *OTHER])
def test_images_of_other_registries_are_pulled_with_credentials_where_they_are_stated(
    cases: dict[str, Any], image: str
) -> None:
    assert cases[f"{image} credentials"] == {
        "repositories": [],
        "credentials": {"credentialsParameter": "arn:secret"},
        "pullable": True,
    }
    assert cases[f"{image} public"] == {"repositories": [], "credentials": None, "pullable": True}
    assert cases[f"{image} auto"]["pullable"] == (image not in PRIVATE)


@pytest.mark.parametrize("image", [*ECR, *PRIVATE, *OTHER])
def test_the_package_and_the_plan_call_the_same_images_private(cases: dict[str, Any], image: str) -> None:
    assert is_private_by_default(image) != cases[f"{image} auto"]["pullable"]
