from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pytest_copier.plugin import CopierFixture

from dazzle_infra.backends.terraform.answers import TerraformAnswers
from tests.awsapi import report
from tests.awsfacts import findings
from tests.support.exhaustive import exhaustive_except
from tests.support.pairs import pairs
from tests.support.terraform import terraform
from tests.support.terraform_runs import PLAN, applied, destroyed, planned, root_of, settled
from tests.support.terraform_template import BARE, EVERYTHING, IMAGE, SHAPES, copier_template, environment, shapes

__all__ = ["copier_template", "shapes"]

CERTIFICATE = "arn:aws:acm:us-east-1:123456789012:certificate/1b2c"
FLAGS = ["database", "cache", "queue", "worker", "scheduler", "storage", "mail", "webhooks", "ledger"]
LISTS = ["entry_points", "worker_command", "schedules", "settings", "secrets", "generated_secrets"]
VALUES: dict[str, list[Any]] = {
    "alarm_email": ["", "ops@example.com"],
    "cache_high_availability": [False, True],
    "cache_size": ["small", "large"],
    "container_architecture": ["amd64", "arm64"],
    "database_backup_days": [1, 35],
    "database_high_availability": [False, True],
    "deletion_protection": [False, True],
    "log_retention_days": [1, 3653],
    "mail_domain": ["", "mail.example.org"],
    "nat_gateways": ["single", "per_zone"],
    "network_cidr": ["10.0.0.0/16", "192.168.16.0/20"],
    "private_endpoints": [False, True],
    "state_bucket": ["", "a-state"],
    "web_firewall": [False, True],
    "zone_count": [2, 4],
}
ENVIRONMENTS: dict[str, list[dict[str, Any]]] = {
    # Production without a domain name is refused, so that the name and the way in go together.
    "entrance": [
        {"name": "dev"},
        {"name": "staging", "domain_name": "a.example.com", "certificate_arn": CERTIFICATE},
        {"name": "prod", "domain_name": "a.example.com", "dns_zone": "example.com"},
        {"name": "prod", "domain_name": "a.example.com"},
    ],
    "app": [{"app_size": "small"}, {"app_size": "large", "app_max_count": 100}, {"app_cpu": 256, "app_memory_mb": 512}],
    "server": [{"database_size": "large"}, {"database_instance": "db.r7g.large"}],
    "storage_gb": [{"database_storage_gb": 20, "database_max_storage_gb": 20}, {"database_storage_gb": 60000}],
    **{name: [{name: value} for value in values] for name, values in VALUES.items()},
}
RUNTIMES: dict[str, dict[str, Any]] = {
    "dazzle": {},
    "django": {"migrate_command": ["python", "manage.py", "migrate"]},
    "express": {},
    "fastapi": {},
    "react": {},
}
CASES = pairs(
    {
        "runtime": list(RUNTIMES),
        **{flag: [False, True] for flag in FLAGS},
        **{name: [getattr(BARE, name), getattr(EVERYTHING, name)] for name in LISTS},
        **ENVIRONMENTS,
    }
)


def answers_of(case: dict[str, Any]) -> TerraformAnswers:
    settings = {key: value for name in ENVIRONMENTS for key, value in case[name].items() if value != ""}
    needed = {name: getattr(EVERYTHING, name) for name in ("scheduler_command", "storage_buckets")}
    asked = {name: case[name] for name in (*FLAGS, *LISTS, "runtime")}
    if case["runtime"] != "dazzle":  # another runtime has no command of its own
        asked["entry_points"] = [
            one.model_copy(update={"command": one.command or ["serve"]}) for one in case["entry_points"]
        ]
        asked["worker_command"] = case["worker_command"] or ["work"]
    update = {**needed, **asked, **RUNTIMES[case["runtime"]]}
    return BARE.model_copy(update={**update, "environments": [environment(settings.pop("name"), **settings)]})


@pytest.mark.parametrize("shape", SHAPES)
def test_the_formatter_finds_nothing_to_do_in_a_shape(shapes: dict[str, Path], shape: str) -> None:
    assert terraform().succeed("fmt", "-check", "-diff", "-recursive", cwd=shapes[shape]) == ""


def test_there_are_enough_combinations_of_answers() -> None:
    assert len(CASES) >= 20


@pytest.mark.slow
@pytest.mark.parametrize("number", exhaustive_except(range(len(CASES)), range(0, len(CASES), 8)))
def test_every_pair_of_answers_is_planned_applied_stable_and_destroyed(
    copier: CopierFixture, tmp_path: Path, number: int
) -> None:
    answers = answers_of(CASES[number])
    tool, root = root_of(copier, tmp_path / "made", answers, answers.environments[0].name)
    assert tool.succeed("fmt", "-check", "-diff", "-recursive", cwd=tmp_path / "made") == ""
    plan = planned(tool, root)
    resources = settled(plan, applied(tool, root))
    # The stub refreshes nothing, so that the refresh is left out.
    again = tool.run(*PLAN, "-detailed-exitcode", "-refresh=false", cwd=root, variables={"container_image": IMAGE})
    assert again.returncode == 0, again.stdout + again.stderr
    destroyed(tool, root)
    assert findings(resources) == []
    held = report(resources)
    assert (held.violations, held.unmapped) == ([], set())
