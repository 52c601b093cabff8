from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.support.terraform import terraform
from tests.support.terraform_template import SHAPES, shapes

__all__ = ["shapes"]

VARIABLE = re.compile(r'(?ms)^variable "\w+" \{\n.*?^\}\n')
PLAN = ("plan", "-input=false", "-no-color", "-lock=false", "-compact-warnings")

REFUSED = [
    ("modules/stack", "container_image", "nginx:1", "must include a registry"),
    ("modules/stack", "container_image", "registry.example.com/a", "must include a tag or a digest"),
    ("envs/prod", "container_image", "registry.example.com/a:latest", "a tag other than latest"),
    ("modules/stack", "network_cidr", "10.0.0.0/8", "from /16 to /20"),
    ("modules/stack", "network_cidr", "ten", "from /16 to /20"),
    ("modules/stack", "network_cidr", "10.0.0.5/16", "must begin with its first address"),
    ("modules/stack", "network_cidr", "172.32.0.0/16", "The range must be private"),
    ("modules/stack", "network_cidr", "100.128.0.0/16", "The range must be private"),
    ("envs/prod", "region", "mars", "must be an AWS region"),
    ("envs/prod", "domain_name", "", "Production requires a domain_name"),
    ("modules/stack", "domain_name", "https://desk", "A domain name must be in lower case"),
    ("modules/ingress", "certificate_id", "mine", "must be the ARN of a certificate"),
    ("modules/stack", "zone_count", "1", "availability zones must be 2, 3 or 4"),
    ("modules/stack", "nat_gateways", "none", "must be single or per_zone"),
    ("modules/stack", "app_size", "huge", "small, medium or large"),
    ("modules/app", "app_cpu", "300", "CPU units must be 256"),
    ("modules/app", "app_memory_mb", "700", "a multiple of 512 MiB"),
    ("modules/stack", "app_min_count", "-1", "an integer of at least 0"),
    ("modules/stack", "container_architecture", "riscv", "must be amd64 or arm64"),
    ("modules/stack", "database_size", "tiny", "small, medium or large"),
    ("modules/db", "instance", "m7g.large", "an RDS instance class, such as db.m7g.large"),
    ("modules/db", "storage_gb", "5", "20 to 65536 GiB"),
    ("modules/db", "backup_days", "0", "1 to 35 days"),
    ("modules/network", "log_retention_days", "8", "CloudWatch supports 1, 3, 5, 7"),
    ("modules/stack", "alarm_email", "nobody", "an e-mail address"),
    ("modules/stack", "secrets_version", "0", "an integer of at least 1"),
    ("modules/cache", "instance", "t4g.small", "an ElastiCache node type, such as cache.m7g.large"),
    ("modules/app", "worker_cpu", "300", "CPU units must be 256"),
    ("modules/app", "worker_memory_mb", "100", "a multiple of 512 MiB"),
    ("modules/db", "monitoring_seconds", "7", "RDS supports intervals of 1, 5, 10, 15, 30 or 60 seconds"),
    ("modules/db", "max_storage_gb", "70000", "20 to 65536 GiB"),
    ("modules/network", "excluded_zone_ids", '["us-east-1a"]', "such as use1-az3, differs from its name"),
    ("modules/stack", "egress_ports", "[70000]", "an integer from 1 to 65535"),
    ("envs/prod", "account_id", "1234", "has 12 digits, such as 123456789012"),
]
"""Where the rule of a variable is, its name, a wrong value and the message."""


def alone(folder: Path, root: Path, *names: str) -> Path:
    """Copy variables of a folder into a root without anything that needs a provider; all of them, if none is named."""
    blocks = [block for path in sorted(folder.glob("*.tf")) for block in VARIABLE.findall(path.read_text())]
    chosen = [block for block in blocks if not names or block.startswith(tuple(f'variable "{name}"' for name in names))]
    assert len(chosen) >= len(names)
    (root / "variables.tf").write_text("\n".join(chosen))
    return root


@pytest.mark.parametrize(("folder", "name", "value", "said"), REFUSED, ids=[f"{one[1]}={one[2]}" for one in REFUSED])
def test_a_wrong_value_is_refused_and_the_rule_is_said(
    shapes: dict[str, Path], tmp_path: Path, folder: str, name: str, value: str, said: str
) -> None:
    root = alone(shapes["typical"] / folder, tmp_path, name)
    done = terraform().run(*PLAN, f"-var={name}={value}", cwd=root)
    assert done.returncode == 1
    assert said in re.sub(r"[\s│]+", " ", done.stderr)


@pytest.mark.parametrize(
    ("folder", "name", "value"),
    [
        ("modules/stack", "container_image", "localhost:5000/app:dev"),
        ("modules/stack", "container_image", "ghcr.io/acme/desk/app:1.4.2-rc.1"),
        ("modules/stack", "container_image", "registry.example.com:5000/a@sha256:" + 64 * "0"),
        ("envs/prod", "region", "us-gov-west-1"),
        ("modules/stack", "network_cidr", "192.168.0.0/16"),
        ("modules/stack", "network_cidr", "172.31.240.0/20"),
        ("modules/stack", "network_cidr", "100.127.0.0/16"),
        ("modules/stack", "network_cidr", "10.1.16.0/20"),
        ("modules/stack", "domain_name", "a.b.xn--p1ai"),
        ("modules/stack", "app_min_count", "0"),
        ("modules/network", "log_retention_days", "3653"),
    ],
)
def test_a_right_value_is_taken(shapes: dict[str, Path], tmp_path: Path, folder: str, name: str, value: str) -> None:
    root = alone(shapes["typical"] / folder, tmp_path, name)
    terraform().succeed(*PLAN, f"-var={name}={value}", cwd=root)


@pytest.mark.parametrize(
    ("shape", "environment"), [(shape, one.name) for shape, answers in SHAPES.items() for one in answers.environments]
)
def test_what_the_answers_say_keeps_to_the_rules_of_the_environment_and_of_the_stack(
    shapes: dict[str, Path], tmp_path: Path, shape: str, environment: str
) -> None:
    for folder in (f"envs/{environment}", "modules/stack"):
        root = alone(shapes[shape] / folder, tmp_path)
        shutil.copy(shapes[shape] / "envs" / environment / "terraform.tfvars", root)
        terraform().succeed(*PLAN, cwd=root, variables={"name": "app-dev"})


def test_an_environment_has_the_defaults_of_the_stack(shapes: dict[str, Path]) -> None:
    def defaults(folder: str) -> dict[str, str]:
        blocks = VARIABLE.findall("\n".join(path.read_text() for path in (shapes["everything"] / folder).glob("*.tf")))
        return {
            name.replace("certificate_arn", "certificate_id"): "\n".join(
                re.findall(r"(?m)^  (?:type|default) .*", block)
            )
            for block in blocks
            for name in re.findall(r'^variable "(\w+)"', block)
        }

    stack = defaults("modules/stack")
    assert stack.pop("name") == "  type        = string"
    assert stack.pop("force_destroy") == "  type        = bool\n  default     = false"
    for environment in ("envs/dev", "envs/prod-eu-west"):
        found = defaults(environment)
        del found["region"], found["account_id"]
        assert found == stack
