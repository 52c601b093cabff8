"""The rules of the monitoring: each alert fires when it should, is silent when it should be, and leads to a remedy."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.support.alerts import CASES, Moment, alerts, labels_in_texts, rule_files
from tests.support.debian import program
from tests.support.server_template import rendered

ALERTS = sorted(alerts())


def test_each_alert_has_a_case_in_which_it_fires_and_one_in_which_it_is_silent() -> None:
    assert sorted(CASES) == ALERTS
    assert all(case.silent for case in CASES.values())


@pytest.mark.parametrize("name", ALERTS)
def test_an_alert_says_what_happens_how_bad_it_is_and_where_the_remedy_is(name: str) -> None:
    alert = alerts()[name]
    assert alert["labels"]["severity"] in {"critical", "warning"}
    assert set(alert["annotations"]) == {"summary", "description", "runbook"}
    assert alert["annotations"]["runbook"] == f"monitoring/README.md#{name.lower()}"


def test_the_runbook_has_a_section_with_text_for_each_alert_and_for_no_other(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    text = (rendered("everything", tmp_path_factory.getbasetemp()) / "monitoring/README.md").read_text()
    sections = dict(zip(*[iter(re.split(r"(?m)^### (\w+)$", text)[1:])] * 2, strict=True))
    assert sorted(sections) == ALERTS
    assert all(len(section.split()) > 10 for section in sections.values())
    headings = {
        re.sub(r"[^a-z0-9 -]", "", line.lower()).replace(" ", "-") for line in re.findall(r"(?m)^#+ (.+)$", text)
    }
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= headings


@pytest.mark.slow
@pytest.mark.parametrize("path", rule_files(), ids=lambda path: re.findall(r"\w+(?=\.yml)", path.name)[0])
def test_alerts_fire_with_the_labels_of_their_texts_and_are_silent_without_their_cause(
    path: Path, tmp_path: Path
) -> None:
    (tmp_path / "rules.yml").write_bytes(path.read_bytes())
    rules = [rule["alert"] for group in yaml.safe_load(path.read_text())["groups"] for rule in group["rules"]]
    looks = [one for name in rules for one in looks_at(name)]
    # Alerts that wait for hours or days are evaluated less often, which is faster.
    for seconds in (60, 300, 3600):
        some = [one for one in looks if seconds_between_evaluations(one) == seconds]
        text = {"rule_files": ["rules.yml"], "evaluation_interval": f"{seconds}s", "tests": some}
        (tmp_path / "tests.yml").write_text(yaml.safe_dump(text, sort_keys=False))
        command = [str(program("promtool")), "test", "rules", "tests.yml"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr


def looks_at(name: str) -> Iterator[dict[str, Any]]:
    """Yield the tests of promtool for an alert."""
    labels = [f'{label}!=""' for label in sorted(labels_in_texts(alerts()[name]))]
    yield look(f"{name} fires", CASES[name].fires, [f'alertname="{name}"', *labels], fires=True)
    if "for" in alerts()[name]:
        moment = CASES[name].fires._replace(at=half(alerts()[name]["for"]))
        yield look(f"{name} waits", moment, [f'alertname="{name}"'], fires=False)
    for number, moment in enumerate(CASES[name].silent, start=1):
        yield look(f"{name} is silent ({number})", moment, [f'alertname="{name}"'], fires=False)


def half(duration: str) -> str:
    """Return half of a duration of Prometheus: `26h` becomes `13h`, `1h` `30m` and `5m` `150s`."""
    number, unit = int(duration[:-1]), duration[-1]
    return f"{number // 2}{unit}" if number % 2 == 0 else f"{number * 30}{'m' if unit == 'h' else 's'}"


def look(title: str, moment: Moment, selectors: list[str], *, fires: bool) -> dict[str, Any]:
    """Return a test of promtool: whether a firing alert has the labels at a moment."""
    series = ", ".join(['alertstate="firing"', *selectors])
    return {
        "name": title,
        "interval": "1m",
        "input_series": [{"series": name, "values": values} for name, values in moment.series.items()],
        "promql_expr_test": [
            {
                "expr": f"(count(ALERTS{{{series}}}) > bool 0) or vector(0)",
                "eval_time": moment.at,
                "exp_samples": [{"labels": "{}", "value": int(fires)}],
            }
        ],
    }


def seconds_between_evaluations(test: dict[str, Any]) -> int:
    """Return how often the rules are evaluated in a test that looks after minutes, hours or days."""
    hours = re.fullmatch(r"(\d+)h", str(test["promql_expr_test"][0]["eval_time"]))
    if hours is None:
        return 60
    return 300 if int(hours[1]) < 30 else 3600
