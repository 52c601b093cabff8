from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.terraform import initialised
from tests.support.terraform_template import SHAPES, copier_template, copier_template_root, shapes

__all__ = ["copier_template", "copier_template_root", "shapes"]

# The others differ from these in values and in the rules of production alone.
FAST = {("bare", "envs/dev"), ("typical", "envs/prod"), ("everything", "envs/prod-eu-west"), ("bare", "bootstrap")}
ROOTS = [
    *((shape, f"envs/{environment.name}") for shape, answers in SHAPES.items() for environment in answers.environments),
    ("bare", "bootstrap"),
]


@pytest.mark.parametrize(
    ("shape", "root"), [pytest.param(*root, marks=() if root in FAST else pytest.mark.slow) for root in ROOTS]
)
def test_a_root_validates_against_the_schemas_of_the_providers(
    shapes: dict[str, Path], tmp_path: Path, shape: str, root: str
) -> None:
    made = tmp_path / "made"
    shutil.copytree(shapes[shape], made)
    initialised(made / root).succeed("validate", "-no-color", cwd=made / root)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shape", "environment"), [("bare", "dev"), ("typical", "prod"), ("everything", "prod-eu-west")]
)
def test_the_tests_that_come_with_an_environment_pass(
    shapes: dict[str, Path], tmp_path: Path, shape: str, environment: str
) -> None:
    made = tmp_path / "made"
    shutil.copytree(shapes[shape], made)
    root = made / "envs" / environment
    assert "0 failed" in initialised(root).succeed("test", "-no-color", cwd=root)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("path", "before", "after", "said"),
    [
        ("modules/db/main.tf", "multi_az ", "multy_az ", "An argument named"),
        (
            "modules/db/main.tf",
            'engine                      = "postgres"',
            "engine = []",
            "Incorrect attribute value type",
        ),
        ("modules/ingress/load_balancer.tf", "local.subnet_ids", "var.nowhere", "undeclared input variable"),
        ("modules/queue/outputs.tf", "aws_sqs_queue.this.url", "aws_sqs_queue.this.uri", "no argument"),
        ("modules/encryption/outputs.tf", "aws_kms_key.this", "aws_kms_key.that", "has not been declared"),
    ],
)
def test_a_mistake_in_a_module_is_seen(
    shapes: dict[str, Path], tmp_path: Path, path: str, before: str, after: str, said: str
) -> None:
    made = tmp_path / "made"
    shutil.copytree(shapes["typical"], made)
    text = (made / path).read_text()
    assert before in text
    (made / path).write_text(text.replace(before, after))
    done = initialised(made / "envs" / "dev").run("validate", "-no-color", cwd=made / "envs" / "dev")
    assert done.returncode == 1
    assert said in done.stdout + done.stderr
