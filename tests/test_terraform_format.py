from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytest_copier.plugin import CopierFixture

from dazzle_infra.answers import TerraformAnswers
from tests.support.pairs import pairs
from tests.support.terraform import initialised, terraform
from tests.support.terraform_template import (
    BARE,
    EVERYTHING,
    SHAPES,
    copier_template,
    copier_template_root,
    environment,
    render,
    shapes,
)

__all__ = ["copier_template", "copier_template_root", "shapes"]

FLAGS = ["database", "cache", "queue", "worker", "scheduler", "storage", "mail", "webhooks", "ledger"]
LISTS = ["entry_points", "worker_command", "schedules", "settings", "secrets", "generated_secrets"]
CASES = pairs(
    {
        **{flag: [False, True] for flag in FLAGS},
        **{name: [getattr(BARE, name), getattr(EVERYTHING, name)] for name in LISTS},
        "environments": [[environment("dev")], EVERYTHING.environments],
    }
)


def answers_of(case: dict[str, Any]) -> TerraformAnswers:
    needed = {name: getattr(EVERYTHING, name) for name in ("scheduler_command", "storage_buckets")}
    return BARE.model_copy(update={**needed, **case})


@pytest.fixture(scope="module")
def cases(copier_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Render every case beside the others."""
    root = tmp_path_factory.mktemp("cases")
    with pytest.MonkeyPatch.context() as patch:
        copier = CopierFixture(template=copier_template, defaults={}, monkeypatch=patch)
        for number, case in enumerate(CASES):
            render(copier, root / str(number), answers_of(case))
    return root


def test_the_formatter_finds_nothing_to_do_for_any_pair_of_answers(cases: Path) -> None:
    assert terraform().succeed("fmt", "-check", "-diff", "-recursive", cwd=cases) == ""


@pytest.mark.parametrize("shape", SHAPES)
def test_the_formatter_finds_nothing_to_do_in_a_shape(shapes: dict[str, Path], shape: str) -> None:
    assert terraform().succeed("fmt", "-check", "-diff", "-recursive", cwd=shapes[shape]) == ""


@pytest.mark.slow
@pytest.mark.parametrize("number", range(len(CASES)))
def test_every_pair_of_answers_validates(cases: Path, number: int) -> None:
    directory = cases / str(number) / "envs" / "dev"
    initialised(directory).succeed("validate", "-no-color", cwd=directory)
