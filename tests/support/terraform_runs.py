"""Plans and states of rendered trees, as data."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pytest_copier.plugin import CopierFixture

from dazzle_infra.backends.terraform.answers import TerraformAnswers
from tests.support.terraform import Terraform, local_state
from tests.support.terraform_template import BARE, EVERYTHING, IMAGE, TYPICAL, environment, render

__all__ = [
    "APPLY",
    "CASES",
    "PLAN",
    "Resources",
    "actions_of",
    "applied",
    "destroyed",
    "planned",
    "resources_of",
    "root_of",
    "settled",
]

PLAN = ("plan", "-input=false", "-no-color", "-lock=false", "-compact-warnings")
APPLY = ("apply", "-input=false", "-no-color", "-lock=false", "-compact-warnings", "-parallelism=40")

_BARE = BARE.model_copy(
    update={
        "environments": [
            environment("dev"),
            environment("prod", domain_name="bare.example.com", container_image=IMAGE),
        ]
    }
)
CASES: dict[str, tuple[TerraformAnswers, str]] = {
    "bare-dev": (_BARE, "dev"),
    "bare-prod": (_BARE, "prod"),
    "typical-dev": (TYPICAL, "dev"),
    "typical-prod": (TYPICAL, "prod"),
    "everything-dev": (EVERYTHING, "dev"),
    "everything-prod": (EVERYTHING, "prod-eu-west"),
}
"""Three shapes of an application, each in development and in production: its answers, and the environment."""

_KEPT = ("arn", "id", "tags_all")
"""What the provider sets, and what the checks of a state read all the same."""

Resources = dict[str, tuple[str, dict[str, Any]]]
"""Type and values of each resource by its address."""


def root_of(copier: CopierFixture, directory: Path, answers: TerraformAnswers, name: str) -> tuple[Terraform, Path]:
    """Render the answers, make one environment ready to be planned, and return its folder."""
    root = render(copier, directory, answers) / "envs" / name
    return local_state(root), root


def planned(tool: Terraform, root: Path, *options: str, **variables: str) -> dict[str, Any]:
    """Plan, and return the plan."""
    tool.succeed(*PLAN, *options, "-out=plan", cwd=root, variables={"container_image": IMAGE, **variables})
    document: dict[str, Any] = json.loads(tool.succeed("show", "-json", "plan", cwd=root))
    return document


def applied(tool: Terraform, root: Path) -> dict[str, Any]:
    """Apply the last plan, and return the state."""
    tool.succeed(*APPLY, "plan", cwd=root)
    document: dict[str, Any] = json.loads(tool.succeed("show", "-json", cwd=root))
    return document


def actions_of(change: dict[str, Any]) -> list[str]:
    """Return the actions of a change; a task definition that is replaced gets a revision, which is an update."""
    actions: list[str] = change["change"]["actions"]
    is_revision = change["type"] == "aws_ecs_task_definition" and len(actions) == 2
    return ["update"] if is_revision else actions


def destroyed(tool: Terraform, root: Path) -> None:
    """Destroy everything, protected or not, and check that nothing is left."""
    options = ("-auto-approve", "-no-color", "-refresh=false", "-parallelism=40", "-var=deletion_protection=false")
    tool.succeed("destroy", *options, cwd=root, variables={"container_image": IMAGE})
    assert json.loads((root / "terraform.tfstate").read_text())["resources"] == []


def resources_of(document: dict[str, Any]) -> Resources:
    """Return the managed resources of a plan or of a state, with what is known of their values."""
    values = document.get("planned_values") or document.get("values") or {}
    return {
        one["address"]: (one["type"], one["values"])
        for one in _resources(values.get("root_module", {}))
        if one["mode"] == "managed"
    }


def settled(plan: dict[str, Any], state: dict[str, Any]) -> Resources:
    """Return the resources of a state with what the configuration sets alone: the stub makes up the rest.

    A plan does not name the nested blocks that are made of a list, so that blocks are always kept.
    """
    chosen = dict(_chosen(plan["configuration"]["root_module"], ""))
    return {
        address: (
            kind,
            {
                key: value
                for key, value in values.items()
                if key in chosen[re.sub(r"\[.*?\]", "", address)] or key in _KEPT or _is_block(value)
            },
        )
        for address, (kind, values) in resources_of(state).items()
    }


def _is_block(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(part, dict) for part in value)


def _chosen(module: dict[str, Any], place: str) -> Iterator[tuple[str, set[str]]]:
    for one in module.get("resources", []):
        yield place + one["address"], set(one.get("expressions", {}))
    for name, call in module.get("module_calls", {}).items():
        yield from _chosen(call["module"], f"{place}module.{name}.")


def _resources(module: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from module.get("resources", [])
    for child in module.get("child_modules", []):
        yield from _resources(child)
