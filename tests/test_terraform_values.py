from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.support.terraform import terraform
from tests.support.terraform_template import SHAPES, shapes

__all__ = ["shapes"]

PLAN = ("plan", "-input=false", "-no-color", "-lock=false", "-compact-warnings")

REFUSED = [
    ("container_image", "nginx:1", "has no registry"),
    ("container_image", "registry.example.com/a", "neither a tag nor a digest"),
    ("container_image", "registry.example.com/a:latest", "a version that somebody chose"),
    ("network_cidr", "10.0.0.0/8", "from /16 to /20"),
    ("network_cidr", "ten", "from /16 to /20"),
    ("network_cidr", "10.0.0.5/16", "begins with its first address"),
    ("network_cidr", "172.32.0.0/16", "The range is private"),
    ("network_cidr", "100.128.0.0/16", "The range is private"),
    ("region", "mars", "A region is named like"),
    ("domain_name", "", "Production needs a domain_name"),
    ("domain_name", "https://desk", "A domain name is in lower case"),
    ("certificate_arn", "mine", "by its ARN"),
    ("zone_count", "1", "2, 3 or 4 availability zones"),
    ("nat_gateways", "none", "a single NAT gateway"),
    ("app_size", "huge", "small, medium or large"),
    ("app_cpu", "300", "CPU units are 256"),
    ("app_memory_mb", "700", "a multiple of 512 MiB"),
    ("app_min_count", "-1", "a whole one from 0"),
    ("container_architecture", "riscv", "amd64 or for arm64"),
    ("database_size", "tiny", "small, medium or large"),
    ("database_instance", "m7g.large", "named like db.m7g.large"),
    ("database_storage_gb", "5", "20 to 65536 GiB"),
    ("database_backup_days", "0", "1 to 35 days"),
    ("log_retention_days", "8", "The cloud keeps logs for"),
    ("alarm_email", "nobody", "an e-mail address"),
    ("secrets_version", "0", "a whole number from 1"),
]


@pytest.fixture(scope="module")
def variables(shapes: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Return the variables and values of each environment alone, which needs no provider to be planned."""
    made = {}
    for shape, answers in SHAPES.items():
        for environment in answers.environments:
            root = tmp_path_factory.mktemp("variables")
            for path in (shapes[shape] / "envs" / environment.name).iterdir():
                if path.name.startswith("variables") or path.name == "terraform.tfvars":
                    shutil.copy(path, root)
            made[f"{shape}/{environment.name}"] = root
    return made


@pytest.mark.parametrize(("name", "value", "said"), REFUSED, ids=[f"{name}={value}" for name, value, _ in REFUSED])
def test_a_wrong_value_is_refused_and_the_rule_is_said(
    variables: dict[str, Path], name: str, value: str, said: str
) -> None:
    done = terraform().run(*PLAN, f"-var={name}={value}", cwd=variables["typical/prod"])
    assert done.returncode == 1
    assert said in re.sub(r"[\s│]+", " ", done.stderr)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("container_image", "localhost:5000/app:dev"),
        ("container_image", "ghcr.io/acme/desk/app:1.4.2-rc.1"),
        ("container_image", "registry.example.com:5000/a@sha256:" + 64 * "0"),
        ("region", "us-gov-west-1"),
        ("network_cidr", "192.168.0.0/16"),
        ("network_cidr", "172.31.240.0/20"),
        ("network_cidr", "100.127.0.0/16"),
        ("network_cidr", "10.1.16.0/20"),
        ("domain_name", "a.b.xn--p1ai"),
        ("app_min_count", "0"),
        ("log_retention_days", "3653"),
    ],
)
def test_a_right_value_is_taken(variables: dict[str, Path], name: str, value: str) -> None:
    terraform().succeed(*PLAN, f"-var={name}={value}", cwd=variables["typical/prod"])


@pytest.mark.parametrize(
    "root", [f"{shape}/{one.name}" for shape, answers in SHAPES.items() for one in answers.environments]
)
def test_what_the_answers_say_keeps_to_the_rules_of_the_variables(variables: dict[str, Path], root: str) -> None:
    terraform().succeed(*PLAN, cwd=variables[root])
