from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.terraform_template import BARE, SHAPES, shapes
from tests.support.trees import read_tree

__all__ = ["shapes"]


@pytest.mark.parametrize("shape", SHAPES)
def test_no_file_has_two_hundred_lines(shapes: dict[str, Path], shape: str) -> None:
    for path, content in read_tree(shapes[shape]).items():
        assert path.endswith((".copier-answers.yml", ".gitignore", ".md")) or content.decode().count("\n") < 200, path


def test_only_what_is_asked_for_is_there(shapes: dict[str, Path]) -> None:
    modules = {path.name for path in (shapes["bare"] / "modules").iterdir()}
    assert modules == {
        *("app", "encryption", "identity", "ingress", "logs", "network", "observability", "secrets", "stack"),
    }
    optional = {path.name for path in (shapes["everything"] / "modules").iterdir()} - modules
    assert optional == {"cache", "db", "mail", "queue", "storage"}
    for word in ("database", "cache", "queue", "storage", "mail", "schedul"):
        assert not [path for path in read_tree(shapes["bare"]) if word in path], word


def test_an_environment_has_its_files_by_the_same_names(shapes: dict[str, Path]) -> None:
    required = {"main.tf", "variables.tf", "outputs.tf", "versions.tf", "backend.tf", "terraform.tfvars"}
    for shape, answers in SHAPES.items():
        for environment in answers.environments:
            assert required <= {path.name for path in (shapes[shape] / "envs" / environment.name).iterdir()}


def test_environments_differ_in_values_names_and_the_rules_of_production_alone(shapes: dict[str, Path]) -> None:
    development, production = (read_tree(shapes["typical"] / "envs" / name) for name in ("dev", "prod"))
    assert sorted(development) == sorted(production)
    for path in development:
        if path not in {"terraform.tfvars", "variables.tf", "tests/environment.tftest.hcl"}:
            assert development[path].replace(b"dev", b"prod") == production[path].replace(b"dev", b"prod"), path


def test_the_state_is_named_where_it_is_known(shapes: dict[str, Path]) -> None:
    envs = shapes["everything"] / "envs"
    assert 'bucket = "all-of-it-tfstate"' in (envs / "prod-eu-west" / "backend.hcl").read_text()
    assert not (envs / "dev" / "backend.hcl").exists()


def test_an_image_that_comes_from_the_environment_is_not_overruled(shapes: dict[str, Path]) -> None:
    envs = shapes["typical"] / "envs"
    assert not re.search(r"(?m)^container_image", (envs / "dev" / "terraform.tfvars").read_text())
    assert re.search(r"(?m)^container_image", (envs / "prod" / "terraform.tfvars").read_text())


def test_the_readme_names_what_is_not_made(shapes: dict[str, Path]) -> None:
    everything, typical, bare = ((shapes[name] / "README.md").read_text() for name in ("everything", "typical", "bare"))
    assert "TigerBeetle" in everything
    assert "TigerBeetle" not in typical
    assert "daily\\_report: the worker registers" in typical
    assert "What it does not create" not in bare
    assert BARE.app_title in bare
