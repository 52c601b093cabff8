from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.terraform import initialised
from tests.support.terraform_template import SHAPES, shapes

__all__ = ["shapes"]

# The least and the most that is rendered; the others lie between them.
FAST = {("bare", "envs/dev"), ("everything", "envs/prod-eu-west"), ("bare", "bootstrap")}
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
def test_the_stack_brings_tests_of_its_rules(shapes: dict[str, Path], tmp_path: Path) -> None:
    made = tmp_path / "made"
    shutil.copytree(shapes["bare"], made)
    stack = made / "modules" / "stack"
    assert "0 failed" in initialised(stack).succeed("test", "-no-color", cwd=stack)
    variables = stack / "network.tf"
    variables.write_text(variables.read_text().replace("(1[6-9]|20)$", "(1[6-9]|2[0-9])$"))
    assert initialised(stack).run("test", "-no-color", cwd=stack).returncode == 1
