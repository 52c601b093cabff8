"""Every pair of answers renders what Compose, yamllint and hadolint take."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pytest_copier.plugin import CopierFixture

from dazzle_infra.backends.docker.answers import DockerAnswers
from dazzle_infra.values.records import EntryPoint, Variable
from tests.support.compose import check_services, compose_config, services_of, write_dotenv
from tests.support.docker import EVERYTHING, REACT, STORAGE_SECRETS, answers_of, copier_template, render
from tests.support.exhaustive import exhaustive_except
from tests.support.lint import lint_dockerfile, lint_yaml
from tests.support.pairs import pairs

__all__ = ["copier_template"]

SWITCHES = ["database", "ledger", "mail", "redis", "scheduler", "storage", "webhooks", "worker"]
PLACES = [("infra/docker", "../.."), ("deploy", ".."), (".", ".")]
PYTHON = ["uv", "requirements", "pyproject", "poetry", "generated"]
MANAGERS = [("npm", ""), ("pnpm", "pnpm@10.18.0"), ("yarn", "yarn@1.22.22"), ("yarn", "yarn@4.18.1"), ("package", "")]
ANY: dict[str, Sequence[Any]] = {
    "place": PLACES,
    "storage_buckets": [[], EVERYTHING.storage_buckets],
    "storage_endpoints": [[], EVERYTHING.storage_endpoints],
    "storage_regions": [[], EVERYTHING.storage_regions],
    "variables": [[], [Variable(name="TOKEN", secret=True)], EVERYTHING.variables],
    **{switch: [False, True] for switch in SWITCHES},
}
OWN = {
    **ANY,
    "entry_points": [EVERYTHING.entry_points[:1], EVERYTHING.entry_points],
    "worker_command": [["work", "$X"]],
}
COMMANDS: dict[str, Sequence[Any]] = {
    "develop_command": [[], ["serve", "--reload"]],
    "migrate_command": [[], ["migrate", "$X"]],
}
CASES: list[dict[str, Any]] = [
    *pairs(
        {
            **ANY,
            "runtime": ["dazzle"],
            "dependencies": PYTHON,
            "entry_points": [[EntryPoint(name="web")], EVERYTHING.entry_points],
            "worker_command": [[], ["python", "-m", "worker", "$X"]],
        }
    ),
    *pairs(
        {
            **OWN,
            **COMMANDS,
            "runtime": ["django", "fastapi"],
            "dependencies": PYTHON,
            "packages": [[], ["gunicorn==27.0.1", "uvicorn==0.54.0"]],
        }
    ),
    *pairs(
        {
            **OWN,
            **COMMANDS,
            "runtime": ["express"],
            "manager": MANAGERS,
            "build_command": [[], ["npm", "run", "build"]],
        }
    ),
    *pairs(
        {
            "runtime": ["react"],
            "place": PLACES,
            "manager": MANAGERS,
            "build_output": ["dist", "build"],
            "entry_points": [REACT.entry_points],
            "build_command": [REACT.build_command],
            "develop_command": [REACT.develop_command, ["npm", "run", "dev"]],
            **{switch: [False] for switch in SWITCHES},
        }
    ),
]


def answered(case: dict[str, Any]) -> DockerAnswers:
    directory, project_root = case.pop("place")
    if "manager" in case:
        case["dependencies"], case["package_manager"] = case.pop("manager")
    return answers_of(
        **case,
        directory=directory,
        project_root=project_root,
        scheduler_command=["python", "-m", "scheduler"],
        secrets=STORAGE_SECRETS,
    )


@pytest.mark.slow
@pytest.mark.parametrize("number", exhaustive_except(range(len(CASES)), range(0, len(CASES), 3)))
def test_the_tools_take_every_pair_of_answers(copier: CopierFixture, tmp_path: Path, number: int) -> None:
    answers = answered(dict(CASES[number]))
    directory = render(copier, tmp_path, answers)
    assert list(lint_yaml(directory)) == []
    assert lint_dockerfile(directory / "Dockerfile") == ""
    write_dotenv(directory)
    services = compose_config(directory)["services"]
    assert set(services) == services_of(answers)
    check_services(answers, services)
    assert services["web"]["build"]["context"] == str(tmp_path)
    assert services["web"]["build"]["dockerfile"] == f"{answers.directory}/Dockerfile"
