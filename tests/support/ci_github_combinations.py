"""Answers for GitHub in every pair of what a workflow depends on."""

from __future__ import annotations

from typing import Any

from dazzle_infra.backends.ci.answers import CiAnswers
from dazzle_infra.backends.ci.records import Target
from tests.support.ci_github import STRANGER, TYPICAL, stage
from tests.support.ci_template import CLOUD, SERVER, moved
from tests.support.pairs import pairs

__all__ = ["combinations"]

_TARGETS: dict[str, list[Target]] = {
    "none": [],
    "server": [SERVER],
    "cloud": [CLOUD],
    "stranger": [STRANGER.model_copy(update={"folder": "deploy/ships"})],
    "all": [CLOUD, SERVER, STRANGER.model_copy(update={"folder": "deploy/ships"})],
}
_OPTIONS: dict[str, list[Any]] = {
    "language": ["python", "node"],
    "targets": list(_TARGETS),
    "below": [False, True],
    "migrations": ["auto", "manual"],
    "deploy": ["push", "tag"],
    "tool": ["terraform", "tofu"],
    "tested": [False, True],
    "migrates": [False, True],
    "asks": [False, True],
}


def combinations() -> list[CiAnswers]:
    """Return answers in which any two values of two options meet once."""
    return [_answers(f"app-{number}", **case) for number, case in enumerate(pairs(_OPTIONS))]


def _answers(name: str, **case: Any) -> CiAnswers:
    root = f"apps/{name}" if case["below"] else "."
    targets = [
        one.model_copy(update={"infrastructure": case["tool"]}) if one.infrastructure else one
        for one in _TARGETS[case["targets"]]
    ]
    if case["below"]:
        targets = [moved(one, root) for one in targets]
    names = ["development", "staging", "production"]
    environments = [
        stage(stage_name, targets[number % len(targets)], domain=f"{stage_name}.example.com")
        for number, stage_name in enumerate(names)
        if targets
    ]
    if not case["asks"]:
        environments = [one.model_copy(update={"approval": False}) for one in environments]
    same = ("language", "migrations", "deploy")
    return TYPICAL.model_copy(
        update={
            "app_name": name,
            "project_root": root,
            "prefix": f"{name}-" if case["below"] else "",
            "targets": targets,
            "environments": environments,
            "language_version": "22" if case["language"] == "node" else "3.12",
            **{field: case[field] for field in same},
            **({} if case["tested"] else {"install": [], "checks": []}),
            **({} if case["migrates"] else {"migrate": [], "stores": []}),
        }
    )
