"""docs/terraform-costs.md states how many resources are billed by the hour: the inventories of plans count them."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.support.hourly import hourly
from tests.support.terraform_inventory import INVENTORIES
from tests.support.terraform_template import TYPICAL

PAGE = (Path(__file__).parents[1] / "docs" / "terraform-costs.md").read_text(encoding="utf-8")


def column(name: str) -> dict[str, str]:
    """Return a column of the tables of the page, by resource."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in PAGE.splitlines() if line.startswith("|")]
    number = rows[0].index(name)
    return {row[0]: row[number] for row in rows}


@pytest.mark.parametrize(
    ("profile", "case", "name"), [("development 2", "typical-dev", "dev"), ("production 2", "typical-prod", "prod")]
)
def test_the_page_about_costs_counts_what_a_plan_makes(profile: str, case: str, name: str) -> None:
    page = yaml.safe_load((INVENTORIES / f"{case}.yaml").read_text())
    [environment] = [one for one in TYPICAL.environments if one.name == name]
    told = column(profile)
    for resource, number in hourly(page, TYPICAL, environment).items():
        assert told[resource] == f"{number:g}", resource
    assert told["Container Insights: metrics of each service and task"] == _yes(environment.container_metrics)
    monitoring = bool(environment.database_monitoring_seconds)
    assert told["enhanced monitoring of the database server: logs"] == _yes(monitoring)
    assert told["web application firewall: each rule, and requests"] == _yes(environment.web_firewall)


def test_version_2_of_the_profiles_has_no_more_of_anything_than_version_1() -> None:
    for profile in ("development", "production"):
        before, after = column(f"{profile} 1"), column(f"{profile} 2")
        numbers = {key: (float(value), float(after[key])) for key, value in before.items() if value[0].isdigit()}
        assert len(numbers) == 9
        assert all(new <= old for old, new in numbers.values())


def _yes(value: bool) -> str:
    return "yes" if value else "no"
