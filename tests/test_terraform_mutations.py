from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.awsapi import report
from tests.awsfacts import findings
from tests.support.checkov import checked
from tests.support.mutation import Mutation, mutate
from tests.support.terraform import initialised, local_state
from tests.support.terraform_inventory import INVENTORIES, inventory
from tests.support.terraform_mutations import MUTATIONS
from tests.support.terraform_runs import PLAN, applied, planned, settled
from tests.support.terraform_template import shapes

__all__ = ["shapes"]

ENVIRONMENT = "envs/prod-eu-west"


def mutated(shapes: dict[str, Path], directory: Path, mutations: list[Mutation]) -> Path:
    made = directory / "made"
    shutil.copytree(shapes["everything"], made)
    mutate(made, mutations)
    return made


def assert_each_is_caught(mutations: list[Mutation], found: str) -> None:
    said = " ".join(found.split())
    missed = [mutation for mutation in mutations if mutation.said not in said]
    assert not missed, f"nothing is said about {missed}\n{found}"


def test_there_are_mistakes_of_every_kind_and_each_is_told_apart() -> None:
    assert sum(map(len, MUTATIONS.values())) >= 100
    for mutations in MUTATIONS.values():
        said = [mutation.said for mutation in mutations]
        assert all(said)
        assert len(set(said)) == len(said)


def cases(check: str) -> list[Any]:
    return [pytest.param(one, id=f"{one.path} {' '.join(one.after.split())}"[:70]) for one in MUTATIONS[check]]


# An error of one resource hides those of what depends on it, so that each of these is made alone.


@pytest.mark.slow
@pytest.mark.parametrize("mutation", cases("validate"))
def test_validation_catches_what_contradicts_the_schemas(
    shapes: dict[str, Path], tmp_path: Path, mutation: Mutation
) -> None:
    made = mutated(shapes, tmp_path, [mutation])
    folder = made / Path(mutation.path).parent
    done = initialised(folder).run("validate", "-no-color", cwd=folder)
    assert done.returncode == 1
    assert_each_is_caught([mutation], done.stderr.replace("│", " "))


@pytest.mark.slow
@pytest.mark.parametrize("mutation", cases("plan"))
def test_a_plan_catches_what_the_values_of_the_environment_bring(
    shapes: dict[str, Path], tmp_path: Path, mutation: Mutation
) -> None:
    root = mutated(shapes, tmp_path, [mutation]) / ENVIRONMENT
    done = local_state(root).run(*PLAN, cwd=root)
    assert done.returncode == 1
    assert_each_is_caught([mutation], done.stderr.replace("│", " "))


@pytest.mark.slow
def test_the_inventory_catches_what_is_unsafe_or_dear(shapes: dict[str, Path], tmp_path: Path) -> None:
    made = mutated(shapes, tmp_path, MUTATIONS["inventory"])
    root = made / ENVIRONMENT
    found = inventory(planned(local_state(root), root), made)
    expected = yaml.safe_load((INVENTORIES / "everything-prod.yaml").read_text())
    assert_each_is_caught(MUTATIONS["inventory"], "\n".join(differences(expected, found)))


@pytest.mark.slow
def test_our_own_tables_and_the_models_of_the_services_catch_what_the_cloud_would_refuse(
    shapes: dict[str, Path], tmp_path: Path
) -> None:
    root = mutated(shapes, tmp_path, [*MUTATIONS["facts"], *MUTATIONS["api"]]) / ENVIRONMENT
    tool = local_state(root)
    plan = planned(tool, root)
    resources = settled(plan, applied(tool, root))
    assert_each_is_caught(MUTATIONS["facts"], "\n".join(findings(resources)))
    assert_each_is_caught(MUTATIONS["api"], "\n".join(report(resources).violations))


@pytest.mark.slow
def test_checkov_catches_what_is_known_to_be_unsafe(shapes: dict[str, Path], tmp_path: Path) -> None:
    failed = checked(mutated(shapes, tmp_path, MUTATIONS["checkov"]))["results"]["failed_checks"]
    assert_each_is_caught(MUTATIONS["checkov"], "\n".join(f"{one['check_id']} {one['resource']}" for one in failed))


def differences(expected: Any, found: Any, place: str = "") -> list[str]:
    """Return the places in which two pages differ."""
    if isinstance(expected, dict) and isinstance(found, dict):
        keys = sorted({*expected, *found})
        return [
            line for key in keys for line in differences(expected.get(key), found.get(key), f"{place} {key}".strip())
        ]
    return [] if expected == found else [f"{place}: {expected} is now {found}"]
