from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.terraform import initialised
from tests.support.terraform_template import SHAPES, shapes

__all__ = ["shapes"]

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
