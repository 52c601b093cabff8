"""The stack knows no cloud: it runs on modules of another one, which has the same interfaces and other resources.

The other cloud is made of `terraform_data`, which every Terraform has. Its modules accept the variables of the shipped
modules, and each returns the outputs of the table.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.support.terraform import terraform
from tests.support.terraform_runs import planned, resources_of
from tests.support.terraform_template import IMAGE, SHAPES, shapes

__all__ = ["shapes"]

ID = "terraform_data.this.id"
OUTPUTS: dict[str, dict[str, str]] = {
    "app": {
        "cluster": ID,
        "image": "var.container_image",
        "log": ID,
        "log_command": '"other-cloud logs"',
        "restart_command": '"other-cloud restart ${join(" ", var.services)}"',
        "run_commands": '{ for name in keys(local.tasks) : name => "other-cloud run ${name}" }',
        "set_image_command": '"other-cloud image"',
        "tasks": "local.tasks",
        "unscheduled_id": ID,
    },
    "cache": {"ids": f"[{ID}]", "secret_ids": f"{{ REDIS_URL = {ID} }}"},
    "db": {"address": '"10.0.0.3"', "id": ID, "secret_ids": f"{{ DATABASE_URL = {ID} }}"},
    "encryption": {"key": ID},
    "identity": {"app": ID, "app_id": ID, "dazzle_settings": "{}"},
    "ingress": {
        "dns_records": '{ (var.domain_name) = "192.0.2.1" }',
        "id": ID,
        "proxies": "2",
        "proxy_ports": "{}",
        "target_ids": f"{{ for name in keys(var.entry_points) : name => {ID} }}",
        "target_metric_ids": f"{{ for name in keys(var.entry_points) : name => {ID} }}",
        "url": '"https://${var.domain_name}"',
    },
    "logs": {"bucket": ID},
    "mail": {"dazzle_settings": "{}", "dns_records": "{}", "settings": "{}"},
    "network": {
        **{f"{name}_group_id": ID for name in ("app", "cache", "database", "ingress")},
        **{f"{name}_subnet_ids": f"[{ID}]" for name in ("data", "private", "public")},
        "cidr": "var.cidr",
        "network_id": ID,
    },
    "observability": {"alarms": ID},
    "queue": {"dead_id": ID, "id": ID, "settings": f"{{ QUEUE_URL = {ID} }}"},
    "secrets": {"secret_ids": f"{{ for name in keys(var.external) : name => {ID} }}", "to_fill": "keys(var.external)"},
    "storage": {
        "endpoint": '"https://storage.example.com"',
        "region": '"europe-west1"',
        "settings": "{ for name in var.buckets : name => name }",
    },
}
VARIABLE = re.compile(r'(?ms)^variable "(?P<name>\w+)" \{\n.*?^\}\n')
RULE = re.compile(r"(?ms)^\n?  validation \{\n.*?^  \}\n")
CLOUD = re.compile(
    r"(?i)(?<![A-Z_])aws(?![A-Z_])|amazon|\barn\b|route 53|cloudfront|cloudwatch|elasticache|fargate"
    r"|\b(rds|ecs|s3|ses|sns|sqs|vpc|kms)\b"
)


def text_of(folder: Path) -> str:
    return "\n".join(path.read_text() for path in sorted(folder.glob("*.tf")))


def on_another_cloud(tree: Path, made: Path, environment: str) -> Path:
    """Copy the stack and an environment, give them modules of the other cloud, and return the environment."""
    shutil.copytree(tree / "modules/stack", made / "modules/stack")
    for module in sorted(path for path in (tree / "modules").iterdir() if path.name != "stack"):
        shipped, other = text_of(module), made / "modules" / module.name
        other.mkdir()
        assert set(re.findall(r'(?m)^output "(\w+)"', shipped)) <= set(OUTPUTS[module.name])
        variables = {match["name"]: RULE.sub("", match[0]) for match in VARIABLE.finditer(shipped)}
        given = "".join(f"\n    {name} = var.{name}" for name in variables)
        parts = [
            *variables.values(),
            f'resource "terraform_data" "this" {{\n  input = {{{given}\n  }}\n}}\n',
            *(f'output "{name}" {{\n  value = {value}\n}}\n' for name, value in OUTPUTS[module.name].items()),
        ]
        if module.name == "app":
            parts.append(
                "locals {\n  tasks = merge({ for name, entry in var.entry_points : name => name }, "
                "{ for name, command in var.background_commands : name => name })\n}\n"
            )
        (other / "main.tf").write_text("\n".join(parts))
    root = made / "envs" / environment
    shutil.copytree(tree / "envs" / environment, root, ignore=shutil.ignore_patterns("tests", "backend.*"))
    # What an environment says of its cloud is in these files; the region is an argument of the provider.
    (root / "versions.tf").unlink()
    (root / "providers.tf").write_text('variable "region" {\n  type = string\n}\n')
    return root


@pytest.mark.parametrize("shape", SHAPES)
def test_the_stack_and_the_calls_of_it_name_no_cloud(shapes: dict[str, Path], shape: str) -> None:
    for path in (shapes[shape] / "modules/stack").glob("*.tf"):
        # Variables of the application may be named by a cloud.
        assert not CLOUD.search(path.read_text().replace('["AWS_REGION"]', "")), path
    for environment in SHAPES[shape].environments:
        folder = shapes[shape] / "envs" / environment.name
        for name in ("main.tf", "outputs.tf", "variables_app.tf"):
            assert not CLOUD.search((folder / name).read_text()), name


@pytest.mark.parametrize(
    ("shape", "environment"),
    [
        ("everything", "prod-eu-west"),
        pytest.param("bare", "dev", marks=pytest.mark.slow),
        pytest.param("typical", "prod", marks=pytest.mark.slow),
        pytest.param("express", "dev", marks=pytest.mark.slow),
    ],
)
def test_the_stack_is_planned_on_another_cloud(
    shapes: dict[str, Path], tmp_path: Path, shape: str, environment: str
) -> None:
    root = on_another_cloud(shapes[shape], tmp_path, environment)
    tool = terraform()
    tool.succeed("init", "-input=false", "-no-color", cwd=root)
    tool.succeed("validate", "-no-color", cwd=root)
    plan = planned(tool, root, container_image=IMAGE)
    assert {kind for kind, _ in resources_of(plan).values()} == {"terraform_data"}
    given = {address: values["input"] for address, (_, values) in resources_of(plan).items()}
    app = given["module.stack.module.app.terraform_data.this"]
    assert app["container_image"] == plan["variables"]["container_image"]["value"]
    assert set(app["entry_points"]) == {one.name for one in SHAPES[shape].entry_points}
    assert plan["planned_values"]["outputs"]["log_command"]["value"] == "other-cloud logs"
