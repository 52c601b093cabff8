"""Each alarm names its section of the runbook."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pytest_copier.plugin import CopierFixture

from tests.support.terraform_runs import CASES, planned, resources_of, root_of
from tests.support.terraform_template import copier_template

__all__ = ["copier_template"]

SECTIONS = {
    "balancer-errors": "load-balancer-errors",
    "cpu": "high-cpu",
    "database-cpu": "database-cpu",
    "database-memory": "database-memory",
    "database-storage": "database-storage",
    "deployment": "deployment-rolled-back",
    "desired": "too-few-tasks",
    "down": "no-healthy-instance",
    "errors": "server-errors",
    "queue-dead": "failed-messages",
    "queue-waiting": "waiting-messages",
    "running": "too-few-tasks",
    "unhealthy": "unhealthy-instance",
    "unscheduled": "schedule-not-started",
    "memory": "cache-memory",
}
"""The section of an alarm, by the end of the alarm's name; a longer end counts before a shorter one."""


@pytest.mark.slow
def test_the_description_of_each_alarm_ends_with_its_section_of_the_runbook(
    copier: CopierFixture, tmp_path: Path
) -> None:
    tool, root = root_of(copier, tmp_path / "made", *CASES["everything-prod"])
    runbook = (root.parents[1] / "RUNBOOK.md").read_text()
    headings = {title.lower().replace(" ", "-") for title in re.findall(r"^### (.*)$", runbook, re.MULTILINE)}
    alarms = [
        values for kind, values in resources_of(planned(tool, root)).values() if kind == "aws_cloudwatch_metric_alarm"
    ]
    found = set()
    for alarm in alarms:
        match = re.search(r"[.] Runbook: RUNBOOK[.]md#([a-z-]+)\Z", alarm["alarm_description"])
        assert match is not None, alarm["alarm_name"]
        ends = [end for end in SECTIONS if alarm["alarm_name"].endswith(f"-{end}")]
        assert SECTIONS[max(ends, key=len)] == match[1], alarm["alarm_name"]
        found.add(match[1])
    assert found == set(SECTIONS.values())
    assert found <= headings
